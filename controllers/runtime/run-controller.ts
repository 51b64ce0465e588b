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
import { finalize, withFinalizers } from './finalizers.ts'
import { ObjectRunContext } from './object-run-context.ts'
import { createQueue, type QueueDepth } from './queue.ts'
import { createReader } from './reader.ts'
import type { Recorder } from './recorder.ts'
import { done, type Result } from './result.ts'
import { type Run, RunContext } from './run-context.ts'
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
  const surroundings = {
    controller: name,
    owns: controller.owns,
    reader,
    client,
    recorder,
    log: logger,
    clock,
  }
  const runs = new Set<Abortable>()
  /** By key: the failure that was told last. */
  const failing = new Map<string, string>()

  const run = async (it: Run): Promise<Result> => {
    const ref = parseKey(it.key)
    const object = kind && reader.get(kind, ref)
    if (!kind || !object) return deleted ? deleted(ref, new RunContext(surroundings, it)) : done
    const cx = new ObjectRunContext(surroundings, it, kind, object) as ObjectContext<never>
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
    const it = new Abortable(key)
    runs.add(it)
    const cancel = clock.after(controller.timeout, () => {
      logger.warn('a run takes too long; it ends with its next call, or when it heeds cx.signal', { key })
      it.abort(new Error(`not done within ${controller.timeout / 1000} s`))
    })
    try {
      const result = await run(it)
      if (failing.delete(key)) logger.info('reconciled after failures', { key })
      told({ controller: name, key, ms: clock.now() - began, result })
      return result
    } catch (error) {
      tell(key, error)
      told({ controller: name, key, ms: clock.now() - began, error })
      throw error
    } finally {
      cancel()
      runs.delete(it)
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
      for (const it of runs) it.abort(new Error(`controller ${name} stops`))
      await ended
      triggers.unsubscribe()
    },
  }
}

/** A run that can be ended. Few ask for their signal, and it is dear: it is made for those. */
class Abortable implements Run {
  readonly key: string
  #controller: AbortController | undefined
  #reason: Error | undefined

  constructor(key: string) {
    this.key = key
  }

  abort(reason: Error): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
  }

  signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      // Every call under way listens: hundreds at once are no leak.
      setMaxListeners(0, this.#controller.signal)
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }
}
