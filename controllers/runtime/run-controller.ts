import { setMaxListeners } from 'node:events'
import { lastValueFrom, merge, Subject, takeUntil } from 'rxjs'
import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { parseKey } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { ObjectContext } from './context.ts'
import { type Controller, kindsOf } from './controller.ts'
import { createContext, createObjectContext } from './create-context.ts'
import { finalize, withFinalizers } from './finalizers.ts'
import { createQueue, type QueueDepth } from './queue.ts'
import { createReader } from './reader.ts'
import type { Recorder } from './recorder.ts'
import { done, type Result } from './result.ts'
import type { SharedInformers } from './shared-informers.ts'
import { triggersOf } from './triggers.ts'

/** How one run of a reconciler ended. */
export interface Outcome {
  readonly controller: string
  readonly key: string
  /** Missing when the run failed. */
  readonly result?: Result
  readonly error?: unknown
  /** Milliseconds. */
  readonly ms: number
}

interface RunOptions {
  readonly client: Client
  readonly informers: SharedInformers
  readonly recorder: Recorder
  readonly clock: Clock
  readonly logger: Logger
  readonly told: (outcome: Outcome) => void
}

export interface RunningController {
  readonly name: string
  /** Resolves when every cache that the controller reads is complete; the work begins then. */
  readonly synced: Promise<void>
  readonly depth: QueueDepth
  /** Aborts what runs, waits for its end and lets go of the caches. */
  stop(): Promise<void>
}

/** Streams in, promises inside, outcomes out. */
export const runController = (controller: Controller, options: RunOptions): RunningController => {
  const { name, finalizers, deleted, reconcile } = controller
  const kind = controller.kind as unknown as Kind | undefined
  const { client, informers, recorder, clock, told } = options
  const logger = options.logger.child({ controller: name })
  const reader = createReader(name, kindsOf(controller), informers)
  let stopped = false
  const stopping = new Subject<void>()
  const aborts = new Set<AbortController>()
  /** By key: the failure that was told last. */
  const failing = new Map<string, string>()

  const run = async (key: string, abort: AbortController): Promise<Result> => {
    const ref = parseKey(key)
    const object = kind && reader.get(kind, ref)
    const log = logger.child({ key })
    const context = {
      controller: name,
      owns: controller.owns,
      reader,
      client,
      recorder,
      log,
      clock,
      get signal() {
        // Every call under way listens: hundreds at once are no leak.
        setMaxListeners(0, abort.signal)
        return abort.signal
      },
    }
    if (!kind || !object) return deleted ? deleted(ref, createContext(context)) : done
    const cx = createObjectContext(context, kind, object) as ObjectContext<never>
    if (finalizers.length === 0) return reconcile(object as never, cx)
    if (object.metadata.deletionTimestamp) return finalize({ kind, finalizers }, object, cx)
    return reconcile((await withFinalizers({ kind, finalizers }, object, cx)) as never, cx)
  }

  const tell = (key: string, error: unknown): void => {
    if (stopped) {
      logger.verbose(4, 'interrupted by the stop', { key })
      return
    }
    if (isStatus(error, 'Conflict', 'NotFound')) {
      // The next event of what has changed brings the key up again.
      logger.verbose(2, 'the cache was behind the API', { key, error })
      return
    }
    const message = error instanceof Error ? error.message : String(error)
    if (failing.get(key) !== message)
      logger.warn('reconcile failed; trying again with back-off', { key, error })
    failing.set(key, message)
  }

  const work = async (key: string): Promise<Result> => {
    const began = clock.now()
    const abort = new AbortController()
    aborts.add(abort)
    const cancel = clock.after(controller.timeout, () => {
      logger.warn('a run takes too long; it ends with its next call, or when it heeds cx.signal', { key })
      abort.abort(new Error(`not done within ${controller.timeout / 1000} s`))
    })
    const outcome = (): Omit<Outcome, 'result' | 'error'> => ({
      controller: name,
      key,
      ms: clock.now() - began,
    })
    try {
      const result = await run(key, abort)
      if (failing.delete(key)) logger.info('reconciled after failures', { key })
      told({ ...outcome(), result })
      return result
    } catch (error) {
      tell(key, error)
      told({ ...outcome(), error })
      throw error
    } finally {
      cancel()
      aborts.delete(abort)
    }
  }

  const queue = createQueue({ work, concurrency: controller.concurrency, clock })
  const triggers = triggersOf(controller, { informers, reader, logger, clock }).subscribe(queue.add)
  const caches = kindsOf(controller).map(kind => informers.of(kind).synced$.pipe(takeUntil(stopping)))
  const synced = lastValueFrom(merge(...caches), { defaultValue: undefined })

  return {
    name,
    synced: synced.then(() => queue.start()),
    get depth() {
      return queue.depth
    },
    async stop() {
      stopped = true
      stopping.next()
      stopping.complete()
      const ended = queue.stop()
      for (const abort of aborts) abort.abort(new Error(`controller ${name} stops`))
      await ended
      triggers.unsubscribe()
    },
  }
}
