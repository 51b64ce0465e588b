import { randomUUID } from 'node:crypto'
import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import { Event } from '../../api/kinds/index.ts'
import { timeOf } from '../../api/pod-phase.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'

/** Something that happened to an object, for whoever runs `kubectl describe`. */
export interface Occurrence {
  readonly about: Resource
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase, for programs. */
  readonly reason: string
  /** A sentence, for people. What differs from time to time (a count, a time) makes every one an event of its own. */
  readonly message: string
}

export interface Recorder {
  /** Never waits and never fails: an event that cannot be written is logged and lost. */
  record(component: string, occurrence: Occurrence): void
  /** Resolves when what was recorded so far is written or lost. */
  flush(): Promise<void>
}

/** As client-go has it: an object may have 25 events at once, then one every 5 minutes. */
const limit = { burst: 25, refill: 300_000 }

/** Series and objects that are remembered; the oldest are forgotten, and would be told as new. */
const memory = 4_096

/** An event that may repeat: one object in the API, with a count. */
interface Series {
  readonly first: number
  last: number
  count: number
  /** The count that the API has. */
  written: number
  event: Event | undefined
}

/** Writes events: what repeats only counts up, and no object can flood the API. */
export const createRecorder = ({
  client,
  clock,
  logger,
}: {
  client: Client
  clock: Clock
  logger: Logger
}): Recorder => {
  const series = new Map<string, Series>()
  const buckets = new Map<string, { tokens: number; at: number }>()
  const writing = new Map<Series, Promise<void>>()

  const admit = (uid: string): boolean => {
    const now = clock.now()
    const bucket = remembered(buckets, uid, () => ({ tokens: limit.burst, at: now }))
    bucket.tokens = Math.min(limit.burst, bucket.tokens + (now - bucket.at) / limit.refill)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  const write = async (component: string, occurrence: Occurrence, one: Series): Promise<Event> => {
    const { count, last } = one
    if (one.event) {
      try {
        return await client.update(Event, { ...one.event, count, lastTimestamp: timeOf(last) })
      } catch (error) {
        // Events are kept for a while only.
        if (!isStatus(error, 'NotFound')) throw error
      }
    }
    const { about, type, reason, message } = occurrence
    const { name, namespace, uid, resourceVersion } = about.metadata
    return client.create(Event, {
      metadata: {
        name: `${name.toLowerCase()}.${randomUUID().slice(-12)}`,
        namespace: namespace ?? 'default',
      },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        namespace,
        uid,
        resourceVersion,
      },
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: timeOf(one.first),
      lastTimestamp: timeOf(last),
      count,
    })
  }

  /** One write at a time for a series; what repeats meanwhile goes into the next. */
  const writeAll = async (component: string, occurrence: Occurrence, one: Series): Promise<void> => {
    while (one.written < one.count) {
      const { count } = one
      try {
        one.event = await write(component, occurrence, one)
      } catch (error) {
        logger.verbose(2, 'event lost', {
          reason: occurrence.reason,
          about: occurrence.about.metadata.name,
          error,
        })
      }
      one.written = count
    }
    writing.delete(one)
  }

  return {
    record(component, occurrence) {
      const { about, type, reason, message } = occurrence
      if (!admit(about.metadata.uid)) {
        logger.verbose(4, 'too many events about one object', { reason, about: about.metadata.name })
        return
      }
      const now = clock.now()
      const key = JSON.stringify([component, about.metadata.uid, type, reason, message])
      const one = remembered(series, key, () => ({
        first: now,
        last: now,
        count: 0,
        written: 0,
        event: undefined,
      }))
      one.count++
      one.last = now
      if (!writing.has(one)) writing.set(one, writeAll(component, occurrence, one))
    },

    async flush() {
      await Promise.all(writing.values())
    },
  }
}

/** The value of the key, which is now the last to be forgotten. */
const remembered = <V>(map: Map<string, V>, key: string, create: () => V): V => {
  const value = map.get(key) ?? create()
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > memory && oldest !== undefined) map.delete(oldest)
  return value
}
