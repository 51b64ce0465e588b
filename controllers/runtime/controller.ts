import type { Observable } from 'rxjs'
import { type Kind, resourceOf } from '../../api/kind.ts'
import type { Ref, Resource } from '../../api/resource.ts'
import type { Predicate } from './changed.ts'
import type { Context, ObjectContext } from './context.ts'
import { ownerOfKind } from './owner.ts'
import type { Reader } from './query.ts'
import { type Duration, done, milliseconds, type Result } from './result.ts'

export interface ControllerOptions {
  /** In logs, metrics and events; the plural of the kind unless said otherwise. Unique in a manager. */
  readonly name?: string
  /** Objects that are reconciled at the same time; 1 unless said otherwise. */
  readonly concurrency?: number
  /** Longest time for one run; 1 minute unless said otherwise. Then `cx.signal` aborts and the run has failed. */
  readonly timeout?: Duration
}

/** Objects of another kind whose changes concern those of the controller's kind. */
interface Watch {
  readonly kind: Kind<never>
  readonly refs: (object: never, read: Reader) => readonly Ref[]
  readonly predicates: readonly Predicate<never>[]
}

interface Finalizer {
  readonly name: string
  readonly run: (object: never, cx: ObjectContext<never>) => Promise<Result | void>
}

/** A finished controller: nothing but what it says. A manager runs it. */
export interface Controller {
  readonly name: string
  /** None: its refs name no objects of the API, and all of them go to `deleted`. */
  readonly kind: Kind<never> | undefined
  readonly concurrency: number
  /** Milliseconds. */
  readonly timeout: number
  readonly owns: ReadonlySet<string>
  readonly watches: readonly Watch[]
  readonly uses: readonly Kind<never>[]
  readonly on: readonly Observable<Ref>[]
  readonly predicates: readonly Predicate<never>[]
  readonly indexes: readonly {
    kind: Kind<never>
    name: string
    values: (object: never) => readonly string[]
  }[]
  readonly finalizers: readonly Finalizer[]
  readonly deleted: ((ref: Ref, cx: Context) => Promise<Result>) | undefined
  readonly reconcile: (object: never, cx: ObjectContext<never>) => Promise<Result>
}

/** Says, step by step, what a controller is concerned with, and at last what it does. Every step is a new builder. */
export interface ControllerBuilder<T extends Resource> {
  /**
   * Objects of this kind are made by the controller: a change of one reconciles its owner (the one whose owner
   * reference says `controller: true`), and `cx.create` and `cx.apply` set that reference.
   */
  owns<S extends Resource>(kind: Kind<S>): ControllerBuilder<T>
  /**
   * A change of an object of this kind reconciles the refs that it maps to, in its old and in its new state. With
   * predicates a modified object counts only when one of them holds.
   */
  watches<S extends Resource>(
    kind: Kind<S>,
    refs: (object: S, read: Reader) => Ref | readonly Ref[] | undefined,
    ...when: readonly Predicate<S>[]
  ): ControllerBuilder<T>
  /** The reconciler reads this kind, but need not hear of its changes. */
  uses<S extends Resource>(kind: Kind<S>): ControllerBuilder<T>
  /** Every ref that the stream emits is reconciled. When it fails it is subscribed to again, with back-off. */
  on(refs$: Observable<Ref>): ControllerBuilder<T>
  /** Reconciles a modified object only when one of the predicates holds. Without any, every change counts. */
  when(...predicates: readonly Predicate<T>[]): ControllerBuilder<T>
  /** Files objects of a kind under the values of each, for `cx.list(kind, { index: { name, value } })`. */
  index<S extends Resource>(
    kind: Kind<S>,
    name: string,
    values: (object: S) => readonly string[],
  ): ControllerBuilder<T>
  /**
   * Cleans up before an object goes. The runtime puts the finalizer on every object before its first reconcile,
   * and takes it off when `run` has ended with anything but `after`. Objects on their way out are only finalized.
   */
  finalize(
    name: string,
    run: (object: T, cx: ObjectContext<T>) => Promise<Result | void>,
  ): ControllerBuilder<T>
  /** Is run instead of `reconcile` for a ref whose object does not exist (any more). */
  deleted(run: (ref: Ref, cx: Context) => Promise<Result>): ControllerBuilder<T>
  /**
   * Brings the world in line with the object. It is told what is, not what happened: it may be run at any time,
   * any number of times, and must come to the same end. Never twice at once for one object.
   */
  reconcile(run: (object: T, cx: ObjectContext<T>) => Promise<Result>): Controller
}

/**
 * Begins a controller for a kind.
 *
 * @example
 * export const cache = controller(Cache, { concurrency: 4, timeout: '30s' })
 *   .owns(Pod)
 *   .when(changed.generation)
 *   .reconcile(async (cache, cx) => {
 *     await cx.apply(Pod, ...desiredPods(cache))
 *     await cx.condition('Ready', true, 'Converged')
 *     return done
 *   })
 */
export const controller = <T extends Resource>(
  kind: Kind<T>,
  options: ControllerOptions = {},
): ControllerBuilder<T> => builder<T>(nothingSaid(kind, options))

/** Steps for a controller whose work is not about one object; see `controller` for what they say. */
export interface KeyedBuilder {
  watches<S extends Resource>(
    kind: Kind<S>,
    refs: (object: S, read: Reader) => Ref | readonly Ref[] | undefined,
    ...when: readonly Predicate<S>[]
  ): KeyedBuilder
  uses<S extends Resource>(kind: Kind<S>): KeyedBuilder
  on(refs$: Observable<Ref>): KeyedBuilder
  index<S extends Resource>(
    kind: Kind<S>,
    name: string,
    values: (object: S) => readonly string[],
  ): KeyedBuilder
  reconcile(run: (ref: Ref, cx: Context) => Promise<Result>): Controller
}

/**
 * Begins a controller of refs that are no objects of the API: tasks of Mesos, or all pending pods as one piece of
 * work. A ref comes from `watches` and `on`, and is never worked on twice at once.
 */
export const keyed = (name: string, options: Omit<ControllerOptions, 'name'> = {}): KeyedBuilder => {
  const wrap = (inner: ControllerBuilder<Resource>): KeyedBuilder => ({
    watches: (kind, refs, ...when) => wrap(inner.watches(kind, refs, ...when)),
    uses: kind => wrap(inner.uses(kind)),
    on: refs$ => wrap(inner.on(refs$)),
    index: (kind, index, values) => wrap(inner.index(kind, index, values)),
    reconcile: run => inner.deleted(run).reconcile(async () => done),
  })
  return wrap(builder(nothingSaid(undefined, { name, ...options })))
}

const nothingSaid = (
  kind: Kind<never> | undefined,
  { name = kind?.plural ?? '', concurrency = 1, timeout = '1m' }: ControllerOptions,
): Omit<Controller, 'reconcile'> => ({
  name,
  kind,
  concurrency,
  timeout: milliseconds(timeout),
  owns: new Set(),
  watches: [],
  uses: [],
  on: [],
  predicates: [],
  indexes: [],
  finalizers: [],
  deleted: undefined,
})

const builder = <T extends Resource>(said: Omit<Controller, 'reconcile'>): ControllerBuilder<T> => {
  const watches = <S extends Resource>(
    kind: Kind<S>,
    refs: (object: S, read: Reader) => readonly Ref[],
    predicates: readonly Predicate<S>[] = [],
  ): Pick<Controller, 'watches'> => ({ watches: [...said.watches, { kind, refs, predicates }] })

  return {
    owns(kind) {
      const owners = watches(kind, object => listed(said.kind && ownerOfKind(said.kind, object)))
      return builder({ ...said, ...owners, owns: new Set([...said.owns, resourceOf(kind)]) })
    },
    watches: (kind, refs, ...when) =>
      builder({ ...said, ...watches(kind, (object, read) => listed(refs(object, read)), when) }),
    uses: kind => builder({ ...said, uses: [...said.uses, kind] }),
    on: refs$ => builder({ ...said, on: [...said.on, refs$] }),
    when: (...predicates) => builder({ ...said, predicates: [...said.predicates, ...predicates] }),
    index: (kind, name, values) => builder({ ...said, indexes: [...said.indexes, { kind, name, values }] }),
    finalize: (name, run) => builder({ ...said, finalizers: [...said.finalizers, { name, run }] as never }),
    deleted: run => builder({ ...said, deleted: run }),
    reconcile: run => ({ ...said, reconcile: run as never }),
  }
}

const listed = (refs: Ref | readonly Ref[] | undefined): readonly Ref[] =>
  refs === undefined ? [] : isList(refs) ? refs : [refs]

const isList = (refs: Ref | readonly Ref[]): refs is readonly Ref[] => Array.isArray(refs)

/** Every kind that the controller reads. */
export const kindsOf = ({ kind, watches, uses, indexes }: Controller): Kind<never>[] => {
  const all = [
    ...(kind ? [kind] : []),
    ...watches.map(({ kind }) => kind),
    ...uses,
    ...indexes.map(({ kind }) => kind),
  ]
  return [...new Map(all.map(kind => [resourceOf(kind), kind])).values()]
}
