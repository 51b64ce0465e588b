import { ConfigMap, Namespace } from '../../api/kinds/index.ts'
import { type Controller, controller, done } from '../runtime/index.ts'

/** By it the pods of a namespace trust the API server. Kubernetes' suites wait for it before they use a namespace. */
const name = 'kube-root-ca.crt'

const key = 'ca.crt'

/**
 * Keeps the ConfigMap `kube-root-ca.crt` in every namespace. Who knows no certificate (in PEM) keeps an empty one, and
 * leaves those alone that another process has filled.
 */
export const rootCa = (certificate?: string): Controller =>
  controller(Namespace, { name: 'root-ca' })
    .watches(ConfigMap, ({ metadata }) =>
      metadata.name === name ? { namespace: '', name: metadata.namespace ?? '' } : undefined,
    )
    .reconcile(async ({ metadata }, cx) => {
      if (metadata.deletionTimestamp !== undefined) return done
      const published = cx.get(ConfigMap, { namespace: metadata.name, name })?.data?.[key]
      if (published === undefined || (certificate !== undefined && published !== certificate)) {
        await cx.apply(ConfigMap, {
          metadata: { namespace: metadata.name, name },
          data: { [key]: certificate ?? '' },
        })
      }
      return done
    })
