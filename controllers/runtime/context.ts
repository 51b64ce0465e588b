import type { Client, DeleteOptions } from '../../api/client.ts'
import type { Kind } from '../../api/kind.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Query, Reader } from './query.ts'
import type { Occurrence } from './recorder.ts'

/** What a deletion is aimed at: an object (then only this very one, by its uid), a name, or all that fit a query. */
export type Target = Ref | Resource | Query

/**
 * What a reconciler works with. Reads are answered at once from the caches and see this reconciler's own writes;
 * objects are frozen: copy to change. Writes reject with a StatusError, which a reconciler need not catch.
 */
export interface Context extends Reader {
  /**
   * Creates an object. Of a kind that the controller `owns`, it comes under the control of the object that is
   * reconciled, and into its namespace, unless the draft names owners or a namespace of its own.
   */
  create<T extends Resource>(kind: Kind<T>, draft: Draft<T>): Promise<T>
  /** Replaces an object; Conflict when it is not the newest. */
  update<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  updateStatus<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  /**
   * Makes objects be as drafted: creates what is missing, and updates only what differs in what the draft says.
   * null removes a field; what a draft leaves out stays as it is. Answers the objects in the order of the drafts.
   */
  apply<T extends Resource>(kind: Kind<T>, ...drafts: readonly Draft<T>[]): Promise<T[]>
  /** Deletes; fine when there is nothing (left) to delete. An empty query is refused: it would delete all. */
  delete<T extends Resource>(kind: Kind<T>, target: Target, options?: DeleteOptions): Promise<void>
  /** Tells what happened to an object; repeats are counted. Does not wait for the API. */
  event(about: Resource, type: Occurrence['type'], reason: string, message: string): void
  /** For calls that the runtime does not know, `bind` for instance: show what they wrote with `see`. */
  readonly client: Client
  /** Shows an object that the API has just answered in the caches, before its event has come. */
  see<T extends Resource>(kind: Kind<T>, object: T): void
  /** Aborted when the time for this run is over or the controller stops; hand it to whatever waits. */
  readonly signal: AbortSignal
  /** Names the controller and the object in every line. */
  readonly log: Logger
  readonly clock: Clock
}

/** The context of a reconciler that has its object. */
export interface ObjectContext<T extends Resource> extends Context {
  /**
   * Replaces the object's status, if it differs from the one that this run knows. Conflict when somebody else has
   * written the object since the run began, for `next` was made without it: let it end the run, the next one sees all.
   */
  status(next: StatusOf<T>): Promise<void>
  /** Sets one condition in the object's status as it is now, if that changes anything; all else in it stays. */
  condition(type: string, status: boolean | 'Unknown', reason: string, message?: string): Promise<void>
}

type StatusOf<T> = T extends { status?: infer S } ? NonNullable<S> : never
