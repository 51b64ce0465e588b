import { StatusError } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { refOfClaim } from '../../api/kinds/service/claims.ts'
import { keyOf, type Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Outcome } from '../registry/deletion.ts'
import type { Writer } from '../registry/writer.ts'
import type { Caches } from '../watch/caches.ts'
import type { Allocator } from './allocator.ts'
import { type Attempt, beginAttempt } from './attempt.ts'
import { findHeld, free, type Held } from './held.ts'

export interface AllocatingOptions {
  readonly writer: Writer
  readonly allocators: readonly Allocator[]
  readonly caches: Caches
  readonly clock: Clock
  readonly logger: Logger
}

/** True when the write may yet have come to the store: nobody knows. */
const isOpen = (error: unknown): boolean => !(error instanceof StatusError) || error.code >= 500

/**
 * A writer of objects that have something for themselves alone. Claims come into the store before the object that
 * wants them, and go after the object that had them. So a crash leaves at most claims without an object, which a
 * reconciler frees; and so does a write of which nobody knows what became of it.
 */
export const allocatingWriter = ({
  writer,
  allocators,
  caches,
  clock,
  logger,
}: AllocatingOptions): Writer => {
  const allocatorOf = <T extends Resource>(kind: Kind<T>): Allocator<T> | undefined =>
    allocators.find(allocator => allocator.kind === kind) as Allocator<T> | undefined

  const begin = (dryRun: boolean): Attempt => beginAttempt({ writer, caches, clock, dryRun })

  /** What cannot be freed now is freed by the reconciler. */
  const tidy = async (freeing: Promise<unknown>): Promise<void> => {
    try {
      await freeing
    } catch (error) {
      logger.verbose(2, 'claims stay until their reconciler frees them', { error })
    }
  }

  const undoAfter = async (error: unknown, attempt: Attempt): Promise<void> => {
    if (!isOpen(error)) await tidy(attempt.undo())
  }

  const allocate = async <T extends Resource>(
    allocator: Allocator<T>,
    object: T,
    old: T | undefined,
    attempt: Attempt,
  ): Promise<T> => {
    try {
      return await allocator.allocate(object, old, attempt)
    } catch (error) {
      // The object itself has not been written.
      await tidy(attempt.undo())
      throw error
    }
  }

  /** What the object loses by the outcome. */
  const lost = async <T extends Resource>(
    allocator: Allocator<T>,
    current: T,
    outcome: Outcome<T>,
  ): Promise<readonly Held[]> => {
    if (outcome.type === 'keep') return []
    const kept = outcome.type === 'put' ? allocator.claimsOf(outcome.object) : []
    const names = new Set(kept.map(each => keyOf(refOfClaim(each))))
    const gone = allocator.claimsOf(current).filter(each => !names.has(keyOf(refOfClaim(each))))
    return gone.length > 0 ? findHeld(caches, gone, current) : []
  }

  return {
    async create(kind, object, options) {
      const allocator = allocatorOf(kind)
      if (!allocator) return writer.create(kind, object, options)
      const attempt = begin(options?.dryRun ?? false)
      try {
        return await writer.create(kind, await allocate(allocator, object, undefined, attempt), options)
      } catch (error) {
        await undoAfter(error, attempt)
        throw error
      }
    },

    async modify(kind, ref, change, options) {
      const allocator = allocatorOf(kind)
      if (!allocator) return writer.modify(kind, ref, change, options)
      const dryRun = options?.dryRun ?? false
      let attempt = begin(dryRun)
      let toFree: readonly Held[] = []
      try {
        const stored = await writer.modify(
          kind,
          ref,
          async current => {
            // Somebody else wrote in between: what was claimed for the write that failed is not wanted any more.
            await attempt.undo()
            attempt = begin(dryRun)
            const outcome = await change(current)
            const whole =
              outcome.type === 'put'
                ? { ...outcome, object: await allocate(allocator, outcome.object, current, attempt) }
                : outcome
            toFree = await lost(allocator, current, whole)
            return whole
          },
          options,
        )
        if (!dryRun) await tidy(Promise.all(toFree.map(held => free(writer, held))))
        return stored
      } catch (error) {
        await undoAfter(error, attempt)
        throw error
      }
    },
  }
}
