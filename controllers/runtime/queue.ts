import { type BackoffOptions, backoff as delayOf } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Result } from './result.ts'

interface QueueOptions {
  /**
   * Does the work of a key. What it answers decides when the key comes up again; when it rejects, that is after a
   * back-off. The queue does not tell of the error: `work` does that itself.
   */
  readonly work: (key: string) => Promise<Result>
  /** Keys that may be worked on at the same time. */
  readonly concurrency: number
  readonly clock: Clock
  /** Between failures of one key; 0.1 s up to 1 minute unless said otherwise. */
  readonly backoff?: BackoffOptions
}

/** How much there is to do, in keys. */
export interface QueueDepth {
  readonly waiting: number
  readonly running: number
  readonly delayed: number
}

/**
 * The boundary between streams and promises: keys in, as often as anything happens; work out, a key never twice at
 * a time. A key that is added while it is worked on comes up once more afterwards, for the work may have looked
 * before the change. Keys that wait for their time hold up no others.
 */
interface Queue {
  add(key: string): void
  /** Adds the key after `ms` milliseconds; the earliest of several times holds. */
  addAfter(key: string, ms: number): void
  /** Lets the work begin; until then keys only gather. */
  start(): void
  /** Begins no more work; resolves when what was begun has ended. */
  stop(): Promise<void>
  readonly depth: QueueDepth
}

export const createQueue = ({
  work,
  concurrency,
  clock,
  backoff = { initial: 100, max: 60_000 },
}: QueueOptions): Queue => {
  /** To be worked on, first come first served. Keys that are running as well wait for the end of that. */
  const dirty = new Set<string>()
  const running = new Set<string>()
  const delayed = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  const failures = new Map<string, number>()
  let state: 'gathering' | 'open' | 'stopped' = 'gathering'
  let idle = (): void => {}
  const whenIdle = new Promise<void>(resolve => {
    idle = resolve
  })

  const undelay = (key: string): void => {
    delayed.get(key)?.cancel()
    delayed.delete(key)
  }

  const add = (key: string): void => {
    if (state === 'stopped') return
    dirty.add(key)
    pump()
  }

  const addAfter = (key: string, ms: number): void => {
    if (state === 'stopped') return
    const at = clock.now() + ms
    if ((delayed.get(key)?.at ?? Number.POSITIVE_INFINITY) <= at) return
    undelay(key)
    const due = (): void => {
      delayed.delete(key)
      add(key)
    }
    delayed.set(key, { at, cancel: clock.after(ms, due) })
  }

  const pump = (): void => {
    if (state !== 'open') return
    for (const key of dirty) {
      if (running.size >= concurrency) return
      if (!running.has(key)) run(key)
    }
  }

  const run = (key: string): void => {
    dirty.delete(key)
    // This run looks anew at everything; it decides whether a time must still be kept.
    undelay(key)
    running.add(key)
    // In a later microtask: whoever adds a key is not to run the work within its own.
    void Promise.resolve(key)
      .then(work)
      .then(
        result => {
          failures.delete(key)
          if (result.type === 'after') addAfter(key, result.ms)
        },
        () => retry(key),
      )
      .then(() => settle(key))
  }

  const retry = (key: string): void => {
    const count = failures.get(key) ?? 0
    failures.set(key, count + 1)
    addAfter(key, delayOf(count, backoff))
  }

  const settle = (key: string): void => {
    running.delete(key)
    pump()
    if (state === 'stopped' && running.size === 0) idle()
  }

  return {
    add,
    addAfter,
    start() {
      if (state === 'gathering') state = 'open'
      pump()
    },
    stop() {
      state = 'stopped'
      dirty.clear()
      for (const key of [...delayed.keys()]) undelay(key)
      if (running.size === 0) idle()
      return whenIdle
    },
    get depth() {
      return { waiting: dirty.size, running: running.size, delayed: delayed.size }
    },
  }
}
