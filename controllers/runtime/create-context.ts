import { isDeepStrictEqual } from 'node:util'
import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import { type Kind, resourceOf } from '../../api/kind.ts'
import { withCondition } from '../../api/pod-phase.ts'
import { type Draft, type Ref, type Resource, refOf } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { apply } from './apply.ts'
import type { Context, ObjectContext, Target } from './context.ts'
import { owned } from './owner.ts'
import type { createReader } from './reader.ts'
import type { Recorder } from './recorder.ts'
import { settleAll } from './settle-all.ts'
import { createWriter } from './writer.ts'

interface ContextOptions {
  readonly controller: string
  /** Kinds, by `resourceOf`, that come under the control of the reconciled object. */
  readonly owns: ReadonlySet<string>
  readonly reader: ReturnType<typeof createReader>
  readonly client: Client
  readonly recorder: Recorder
  /** Asked for when it is needed: to make one costs as much as a short run. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly clock: Clock
}

/** Writes of one condition, when others keep writing the object. */
const conditionTries = 5

/** The context of one run; `owner` is the object that is reconciled, if it is there. */
export const createContext = (
  options: ContextOptions,
  owner?: Resource,
  replaced?: (sent: Resource, answer: Resource) => void,
): Context => {
  const { controller, owns, reader, client, recorder, log, clock } = options
  const signal = () => options.signal
  const writer = createWriter({ client, signal, informerOf: reader.informerOf, replaced })

  const own = <T extends Resource>(kind: Kind<T>, draft: Draft<T>): Draft<T> =>
    owner && owns.has(resourceOf(kind)) ? owned(kind, draft, owner) : draft

  const applyOne = <T extends Resource>(kind: Kind<T>, wanted: Draft<T>): Promise<T> => {
    const draft = own(kind, wanted)
    const { name = '', namespace = '' } = draft.metadata
    const fetch = () => client.get(kind, { namespace, name })
    const current = reader.informerOf(kind)?.cache && reader.get(kind, { namespace, name })
    return apply(writer, kind, draft, { current, fetch })
  }

  return {
    get: reader.get,
    list: reader.list,
    create: (kind, draft) => writer.create(kind, own(kind, draft)),
    update: writer.update,
    updateStatus: writer.updateStatus,
    apply: (kind, ...drafts) => settleAll(drafts.map(draft => applyOne(kind, draft))),

    async delete(kind, target, options) {
      if (!isQuery(target)) return writer.remove(kind, ...aim(target, options))
      if (Object.keys(written(target) as object).length === 0) {
        throw new TypeError(`${controller} would delete all ${resourceOf(kind)}: the query is empty`)
      }
      const there = reader.list(kind, target).filter(({ metadata }) => !metadata.deletionTimestamp)
      await settleAll(there.map(object => writer.remove(kind, ...aim(object, options))))
    },

    event: (about, type, reason, message) => recorder.record(controller, { about, type, reason, message }),
    client,
    see: (kind, object) => reader.informerOf(kind)?.assume(object),
    get signal() {
      return options.signal
    },
    log,
    clock,
  }
}

/** Adds what needs the object itself. */
export const createObjectContext = <T extends Resource>(
  options: ContextOptions,
  kind: Kind<T>,
  object: T,
): ObjectContext<T> => {
  /**
   * The object as this run knows it: as it was at the start, with the run's own writes, but without what others wrote
   * since. What the run makes of it so never undoes what it has not seen: the API answers Conflict instead.
   */
  let known = object
  const context = createContext(options, object, (sent, answer) => {
    const { uid, resourceVersion } = known.metadata
    const ours = answer.metadata.uid === uid && sent.metadata.resourceVersion === resourceVersion
    if (ours) known = answer as T
  })

  const put = (current: T, status: object): Promise<T> => {
    const write = kind.subresources.includes('status') ? context.updateStatus : context.update
    return write(kind, { ...current, status })
  }

  /** Never another object of the same name. */
  const cached = (): T => {
    const found = context.get(kind, refOf(object))
    return found?.metadata.uid === object.metadata.uid ? found : known
  }

  const status: ObjectContext<T>['status'] = async next => {
    if (!isDeepStrictEqual(written(statusIn(known)), written(next))) await put(known, next)
  }

  const condition: ObjectContext<T>['condition'] = async (type, value, reason, message = '') => {
    const wanted = { type, status: value === 'Unknown' ? value : value ? 'True' : 'False', reason, message }
    let current = cached()
    for (let tries = 1; ; tries++) {
      const before = statusIn(current) ?? {}
      const next = withCondition(before, wanted, context.clock.now())
      if (next === before) return
      try {
        await put(current, next)
        return
      } catch (error) {
        if (tries === conditionTries || !isStatus(error, 'Conflict')) throw error
        current = await context.client.get(kind, refOf(object))
        if (current.metadata.uid !== object.metadata.uid) throw error
      }
    }
  }

  // A spread would ask for the signal.
  return Object.assign(context, { status, condition })
}

const statusIn = (object: Resource): object | undefined => (object as { status?: object }).status

/** As it is after a trip to the API: a field that is undefined is none. */
const written = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value))

const isQuery = (target: Target): target is Exclude<Target, Ref | Resource> =>
  !('name' in target) && !('metadata' in target)

const aim = (
  target: Ref | Resource,
  options: Parameters<Client['delete']>[2],
): [Ref, Parameters<Client['delete']>[2]] => {
  if (!('metadata' in target)) return [target, options]
  const preconditions = { uid: target.metadata.uid, ...options?.preconditions }
  return [refOf(target), { ...options, preconditions }]
}
