import { IPAddress, Lease, Service } from '../../api/kinds/index.ts'
import { hasAddress, wantsNodePorts } from '../../api/kinds/service/allocated.ts'
import { type Claim, claimant, claimsOf, refOfClaim } from '../../api/kinds/service/claims.ts'
import { keyOf, refOf } from '../../api/resource.ts'
import { type Context, type Controller, controller, done } from '../runtime/index.ts'
import { fresh } from './fresh.ts'

/** Sees to it that every service has what it is to have, and has it for itself. */
export const completeServices = (): Controller =>
  controller(Service, { name: 'portals' })
    .watches(IPAddress, claimant)
    .watches(Lease, claimant)
    .reconcile(async (service, cx) => {
      if (lacks(service)) {
        // Whatever an API server writes, it completes.
        await cx.update(Service, service)
        return done
      }
      for (const claim of claimsOf(service)) await claimFor(service, claim, cx)
      return done
    })

const lacks = ({ spec }: Service): boolean =>
  (hasAddress(spec) && !spec.clusterIP) ||
  (wantsNodePorts(spec) && (spec.ports ?? []).some(({ nodePort }) => !nodePort))

const claimFor = async (service: Service, claim: Claim, cx: Context): Promise<void> => {
  const ref = refOfClaim(claim)
  const found = cx.get(claim.kind, ref) ?? (await fresh(cx, claim.kind, ref))
  if (!found) {
    // The service may just have gone, and its claims with it.
    if ((await fresh(cx, Service, refOf(service)))?.metadata.uid !== service.metadata.uid) return
    await cx.create(claim.kind, claim.draft)
    return
  }
  const holder = claimant(found)
  const other = holder && cx.get(Service, holder)
  if (!other || keyOf(refOf(other)) === keyOf(refOf(service))) return
  if (!claimsOf(other).some(each => keyOf(refOfClaim(each)) === keyOf(ref))) return
  cx.event(
    service,
    'Warning',
    'PortalAlreadyAllocated',
    `${claim.kind.kind} ${ref.name} belongs to service ${keyOf(refOf(other))}, too: delete one of them and create it anew`,
  )
}
