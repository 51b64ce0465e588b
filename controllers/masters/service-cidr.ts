import { of } from 'rxjs'
import { ServiceCIDR } from '../../api/kinds/networking/service-cidr.ts'
import { type Controller, done, keyed } from '../runtime/index.ts'

const ref = { namespace: '', name: 'kubernetes' } as const

/** Tells of the net from which services get their addresses. All servers of a store are to have the same one. */
export const serviceCIDR = (cidr: string): Controller =>
  keyed('service-cidr')
    .on(of(ref))
    .watches(ServiceCIDR, ({ metadata }) => (metadata.name === ref.name ? ref : undefined))
    .reconcile(async (_, cx) => {
      const found = cx.get(ServiceCIDR, ref)
      if (!found) {
        await cx.apply(ServiceCIDR, { metadata: { name: ref.name }, spec: { cidrs: [cidr] } })
        return done
      }
      const {
        spec: { cidrs = [] },
        status,
      } = found
      if (!cidrs.includes(cidr)) {
        cx.log.warn(
          'services get addresses from another net than other servers give them: start all servers of this store with the same -portal_net, then delete the ServiceCIDR kubernetes',
          { portal_net: cidr, service_cidr: cidrs.join() },
        )
        return done
      }
      const conditions = status?.conditions ?? []
      if (conditions.some(({ type }) => type === 'Ready')) return done
      const ready = {
        type: 'Ready',
        status: 'True',
        reason: '',
        message: 'Kubernetes default Service CIDR is ready',
        lastTransitionTime: new Date(cx.clock.now()).toISOString().replace(/\.\d+/, ''),
      } as const
      await cx.updateStatus(ServiceCIDR, {
        ...found,
        status: { ...status, conditions: [...conditions, ready] },
      })
      return done
    })
