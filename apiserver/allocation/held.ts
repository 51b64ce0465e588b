import { isStatus } from '../../api/errors.ts'
import { type Claim, claimant, refOfClaim } from '../../api/kinds/service/claims.ts'
import { keyOf, type Resource, refOf } from '../../api/resource.ts'
import type { Writer } from '../registry/writer.ts'
import type { Caches } from '../watch/caches.ts'

/** A claim that is there. The uid tells it from one that somebody else makes of the same thing later. */
export interface Held {
  readonly claim: Claim
  readonly uid: string
}

/** Those of the claims that are there, and `owner`'s. */
export const findHeld = async (
  caches: Caches,
  claims: readonly Claim[],
  owner: Resource,
): Promise<readonly Held[]> => {
  const find = (claim: Claim) => caches.of(claim.kind).get(keyOf(refOfClaim(claim)))?.object
  // Another server may just have made them.
  if (!claims.every(find)) await caches.fresh()
  return claims.flatMap(claim => {
    const object = find(claim)
    const holder = object && claimant(object)
    return holder && keyOf(holder) === keyOf(refOf(owner)) ? [{ claim, uid: object.metadata.uid }] : []
  })
}

export const free = async (writer: Writer, { claim, uid }: Held): Promise<void> => {
  try {
    await writer.modify(claim.kind, refOfClaim(claim), object =>
      object.metadata.uid === uid ? { type: 'remove', object } : { type: 'keep' },
    )
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error
  }
}
