import { type Kind, resourceOf } from '../../api/kind.ts'
import { Service } from '../../api/kinds/index.ts'
import { claimant, claimsOf, refOfClaim } from '../../api/kinds/service/claims.ts'
import { keyOf, type Resource, refOf } from '../../api/resource.ts'
import { after, type Controller, controller, done } from '../runtime/index.ts'
import { fresh } from './fresh.ts'

/**
 * How long a server has to write the service after the claim, milliseconds: many times what the store takes. It is
 * counted from when the claim is seen here, for clocks of hosts differ.
 */
const grace = 60_000

const claimsOfKind = (service: Service, kind: Kind) =>
  claimsOf(service)
    .filter(claim => resourceOf(claim.kind) === resourceOf(kind))
    .map(refOfClaim)

/** Frees what no service has. */
export const unusedClaims = <T extends Resource>(kind: Kind<T>, name: string): Controller => {
  const has = (service: Service | undefined, claim: T): boolean =>
    service !== undefined && claimsOfKind(service, kind).some(ref => keyOf(ref) === keyOf(refOf(claim)))

  return (
    controller(kind, { name })
      .watches(Service, service => claimsOfKind(service, kind))
      // Leases are renewed all the time, but not those.
      .when(now => claimant(now) !== undefined)
      .reconcile(async (claim, cx) => {
        const service = claimant(claim)
        if (!service || has(cx.get(Service, service), claim)) return done
        const age = cx.clock.now() - Date.parse(claim.metadata.creationTimestamp)
        if (age < grace) return after(grace - age)
        if (has(await fresh(cx, Service, service), claim)) return done
        cx.log.info('a claim without a service is freed', {
          claim: keyOf(refOf(claim)),
          service: keyOf(service),
        })
        await cx.delete(kind, claim)
        return done
      })
  )
}
