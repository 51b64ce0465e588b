import { of } from 'rxjs'
import { Lease } from '../../api/kinds/index.ts'
import { keyOf, type Ref, refOf } from '../../api/resource.ts'
import { after, type Controller, keyed } from '../runtime/index.ts'
import { leaseOf, type Master } from './master.ts'

/** Between two renewals, milliseconds. */
const interval = 10_000

/** Keeps the lease by which the other API servers know that this one lives. */
export const announcement = (ref: Ref, self: Master): Controller =>
  keyed('master-lease')
    .on(of(ref))
    .watches(Lease, lease => (keyOf(refOf(lease)) === keyOf(ref) ? ref : undefined))
    .reconcile(async (_, cx) => {
      const now = cx.clock.now()
      const wanted = leaseOf(ref, self, now)
      const { holderIdentity, renewTime = '' } = cx.get(Lease, ref)?.spec ?? {}
      const age = now - Date.parse(renewTime)
      // The renewal itself comes back as an event.
      if (holderIdentity === wanted.spec?.holderIdentity && age >= 0 && age < interval)
        return after(interval - age)
      await cx.apply(Lease, wanted)
      return after(interval)
    })
