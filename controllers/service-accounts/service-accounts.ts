import { Namespace, ServiceAccount } from '../../api/kinds/index.ts'
import { type Controller, controller, done } from '../runtime/index.ts'

/** What pods run as that name none. Kubernetes' clients wait for it before they use a new namespace. */
const name = 'default'

/** Keeps the service account `default` in every namespace. */
export const serviceAccounts = (): Controller =>
  controller(Namespace, { name: 'service-accounts' })
    .watches(ServiceAccount, ({ metadata }) =>
      metadata.name === name ? { namespace: '', name: metadata.namespace ?? '' } : undefined,
    )
    .reconcile(async ({ metadata }, cx) => {
      const missing = cx.get(ServiceAccount, { namespace: metadata.name, name }) === undefined
      if (missing && metadata.deletionTimestamp === undefined) {
        await cx.apply(ServiceAccount, { metadata: { namespace: metadata.name, name } })
      }
      return done
    })
