import { randomUUID } from 'node:crypto'
import { isStatus } from '../../api/errors.ts'
import { type Claim, refOfClaim } from '../../api/kinds/service/claims.ts'
import { keyOf } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import { newObject } from '../registry/creation.ts'
import { copyPlain } from '../registry/plain.ts'
import type { Writer } from '../registry/writer.ts'
import type { Caches } from '../watch/caches.ts'
import type { Claims } from './allocator.ts'
import { free, type Held } from './held.ts'

export interface AttemptOptions {
  readonly writer: Writer
  readonly caches: Caches
  readonly clock: Clock
  readonly dryRun: boolean
}

/** What one attempt to write an object has claimed. */
export interface Attempt extends Claims {
  /** Frees all of it. */
  undo(): Promise<void>
}

const nameOf = (claim: Claim): string => `${claim.kind.plural} ${keyOf(refOfClaim(claim))}`

export const beginAttempt = ({ writer, caches, clock, dryRun }: AttemptOptions): Attempt => {
  const made = new Map<string, Held>()

  const seemsTaken = (claim: Claim): boolean =>
    made.has(nameOf(claim)) || caches.of(claim.kind).get(keyOf(refOfClaim(claim))) !== undefined

  const take = async (claim: Claim): Promise<boolean> => {
    const identity = { uid: randomUUID(), now: clock.now() }
    const object = newObject(claim.kind, copyPlain(claim.draft), identity, () => [])
    try {
      // The caches may lag behind: the store decides. It is asked even when the caches know of somebody.
      await writer.create(claim.kind, object, { dryRun })
    } catch (error) {
      if (isStatus(error, 'AlreadyExists')) return false
      throw error
    }
    made.set(nameOf(claim), { claim, uid: identity.uid })
    return true
  }

  const takeOneOf = async (candidates: Iterable<Claim>): Promise<Claim | undefined> => {
    for (const claim of candidates) if (!seemsTaken(claim) && (await take(claim))) return claim
    return undefined
  }

  return {
    take,
    async takeFirst(candidates) {
      const first = await takeOneOf(candidates())
      if (first) return first
      // Something may have been freed that the caches do not know of yet.
      await caches.fresh()
      return takeOneOf(candidates())
    },
    async undo() {
      const all = [...made.values()]
      made.clear()
      if (!dryRun) await Promise.all(all.map(held => free(writer, held)))
    },
  }
}
