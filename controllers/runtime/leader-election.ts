import type { LeaseSpec } from 'kubernetes-types/coordination/v1'
import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import { Lease } from '../../api/kinds/index.ts'
import type { Ref } from '../../api/resource.ts'
import { type Clock, sleep, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'

export interface LeaderElectionOptions {
  readonly client: Client
  readonly logger: Logger
  readonly clock?: Clock
  /** The Lease that all candidates compete for. */
  readonly lease: Ref
  /** Who holds the lease; no two living candidates may have the same. One that is started again may have its old one. */
  readonly identity: string
  /** For so long others leave a lease alone that its holder does not renew, milliseconds. */
  readonly duration?: number
  /** A leader that could not renew for so long gives up: sooner than others may take over. Milliseconds. */
  readonly renewWithin?: number
  /** Between two tries, milliseconds. */
  readonly retry?: number
}

/** Something that runs while its process leads. */
export interface Leading {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/**
 * Runs `begin` whenever this process becomes the leader, and stops what it began when it is no longer: of all who
 * compete for a lease one runs at a time. The answer's `stop` hands the lease on at once.
 */
export const whileLeading = (options: LeaderElectionOptions, begin: () => Promise<Leading>): Leading => {
  const { client, logger, lease, identity, clock = systemClock } = options
  const { duration = 15_000, renewWithin = 10_000, retry = 2_000 } = options
  const ending = new AbortController()
  /** The lease as it was seen last, and when: clocks of other machines are not trusted. */
  let seen: { readonly version: string; readonly at: number } | undefined

  const specOf = (old: LeaseSpec = {}): LeaseSpec => {
    const now = new Date(clock.now()).toISOString().replace('Z', '000Z')
    const mine = old.holderIdentity === identity
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(duration / 1_000),
      acquireTime: mine ? old.acquireTime : now,
      renewTime: now,
      leaseTransitions: (old.leaseTransitions ?? 0) + (mine ? 0 : 1),
    }
  }

  /** Takes or renews the lease. Nothing is known when the API can not be asked, or somebody wrote at the same time. */
  const hold = async (): Promise<'mine' | 'theirs' | 'unknown'> => {
    try {
      const current = await client.get(Lease, lease)
      const { resourceVersion } = current.metadata
      if (seen?.version !== resourceVersion) seen = { version: resourceVersion, at: clock.now() }
      const { holderIdentity } = current.spec ?? {}
      const free = !holderIdentity || holderIdentity === identity || clock.now() - seen.at >= duration
      if (!free) return 'theirs'
      await client.update(Lease, { ...current, spec: specOf(current.spec) })
      return 'mine'
    } catch (error) {
      if (isStatus(error, 'NotFound')) return create()
      logger.verbose(1, 'the lease was not written', { lease: lease.name, error })
      return 'unknown'
    }
  }

  const create = async (): Promise<'mine' | 'unknown'> => {
    try {
      await client.create(Lease, { metadata: { ...lease }, spec: specOf() })
      return 'mine'
    } catch (error) {
      logger.verbose(1, 'the lease was not created', { lease: lease.name, error })
      return 'unknown'
    }
  }

  const release = async (): Promise<void> => {
    const current = await client.get(Lease, lease)
    if (current.spec?.holderIdentity !== identity) return
    await client.update(Lease, { ...current, spec: { ...current.spec, holderIdentity: '' } })
  }

  /** Runs until the lease is lost or `stop` is called. */
  const lead = async (): Promise<void> => {
    logger.verbose(1, 'leading', { lease: lease.name, identity })
    const running = await begin()
    let renewed = clock.now()
    try {
      for (let held = 'mine'; held !== 'theirs' && clock.now() - renewed < renewWithin; ) {
        await sleep(clock, retry, ending.signal)
        held = await hold()
        if (held === 'mine') renewed = clock.now()
      }
      logger.warn('the lease is lost: another process may lead now', { lease: lease.name, identity })
    } finally {
      await running.stop()
    }
  }

  const compete = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        if ((await hold()) === 'mine') await lead()
        else await sleep(clock, retry, ending.signal)
      } catch (error) {
        if (ending.signal.aborted) return
        logger.error('what runs while this process leads has failed; trying again', {
          lease: lease.name,
          error,
        })
        await sleep(clock, retry)
      }
    }
  }

  const ended = compete()

  return {
    async stop() {
      ending.abort()
      await ended
      // One that can not hand its lease on lets it run out.
      await release().catch(error => logger.verbose(1, 'the lease was not released', { error }))
    },
  }
}
