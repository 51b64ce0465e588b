import { of } from 'rxjs'
import { isStatus } from '../../api/errors.ts'
import { EndpointSlice, Endpoints, Lease, Service } from '../../api/kinds/index.ts'
import { keyOf, type Ref, type Resource, refOf } from '../../api/resource.ts'
import { after, type Context, type Controller, keyed } from '../runtime/index.ts'
import { isLeaseOfMaster, leases, type Master, masterOf, patience } from './master.ts'
import { endpointsOf, portsOf, reachable, serviceOf, serviceRef, slices, slicesOf } from './published.ts'

/** Between two looks at who lives, milliseconds. */
const interval = 10_000

/** Keeps the service `kubernetes` with the addresses of all API servers that live: this one, and who renews a lease. */
export const publication = (own: Ref, self: Master, clusterIP: string): Controller => {
  /** Leases as they were seen last, and when: clocks of other machines are not trusted. */
  let seen: ReadonlyMap<string, { readonly version: string; readonly at: number }> = new Map()

  /** The other servers. The leases of the dead go. */
  const others = async (cx: Context): Promise<readonly Master[]> => {
    const now = cx.clock.now()
    const all = cx.list(Lease, leases).filter(({ metadata }) => metadata.name !== own.name)
    seen = new Map(
      all.map(({ metadata: { name, resourceVersion: version } }) => {
        const before = seen.get(name)
        return [name, before?.version === version ? before : { version, at: now }]
      }),
    )
    const isDead = ({ metadata: { name } }: Lease): boolean => now - (seen.get(name)?.at ?? now) >= patience
    for (const lease of all.filter(isDead)) {
      const { uid, resourceVersion } = lease.metadata
      // One that is renewed in this moment stays: its server was only slow.
      await cx.delete(Lease, lease, { preconditions: { uid, resourceVersion } })
    }
    return all.filter(lease => !isDead(lease)).flatMap(lease => masterOf(lease) ?? [])
  }

  return keyed('masters')
    .on(of(serviceRef))
    .watches(Lease, lease => (isLeaseOfMaster(lease) ? serviceRef : undefined))
    .watches(Service, sameName)
    .watches(Endpoints, sameName)
    .watches(EndpointSlice, slice =>
      slice.metadata.labels?.['kubernetes.io/service-name'] === serviceRef.name ? serviceRef : undefined,
    )
    .reconcile(async (_, cx) => {
      const all = reachable([self, ...(await others(cx))])
      await publishService(cx, all[0] ?? self, clusterIP)
      await cx.apply(Endpoints, endpointsOf(all))
      await publishSlices(cx, all)
      return after(interval)
    })
}

const sameName = (object: Resource): Ref | undefined =>
  keyOf(refOf(object)) === keyOf(serviceRef) ? serviceRef : undefined

/** A service that is there keeps whatever else somebody has made of it. */
const publishService = async (cx: Context, master: Master, clusterIP: string): Promise<void> => {
  const found = cx.get(Service, serviceRef)
  if (found) {
    if (found.spec.ports?.some(({ name }) => name === master.scheme)) return
    await cx.update(Service, { ...found, spec: { ...found.spec, ports: portsOf(master) } })
    return
  }
  try {
    await cx.create(Service, serviceOf(master, clusterIP))
  } catch (error) {
    // Another server was faster.
    if (isStatus(error, 'AlreadyExists')) return
    if (!isStatus(error, 'Invalid')) throw error
    cx.log.warn('the address of service default/kubernetes is taken: it gets another one', { clusterIP })
    await cx.create(Service, serviceOf(master))
  }
}

const publishSlices = async (cx: Context, all: readonly Master[]): Promise<void> => {
  const wanted = slicesOf(all)
  for (const slice of cx.list(EndpointSlice, slices)) {
    const same = wanted.find(({ metadata }) => metadata.name === slice.metadata.name)
    // The family of a slice can not be changed.
    if (same?.addressType !== slice.addressType) await cx.delete(EndpointSlice, slice)
  }
  await cx.apply(EndpointSlice, ...wanted)
}
