import type { Observable } from 'rxjs'
import type { Kind } from './kind.ts'
import type { Binding } from './kinds/binding.ts'
import type { Namespace } from './kinds/namespace.ts'
import type { Pod } from './kinds/pod.ts'
import type { Draft, Ref, Resource, ResourceList, WatchEvent } from './resource.ts'

export interface ListOptions {
  /** All namespaces when left out. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  /** Nothing but metadata is wanted: over HTTP no more is sent. Within a process there is nothing to be saved. */
  readonly metadataOnly?: boolean
}

export interface WatchOptions extends Omit<ListOptions, 'limit' | 'continue'> {
  readonly allowWatchBookmarks?: boolean
}

export interface DeleteOptions {
  /** Left out: as the kind has it. 0 removes at once. */
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
}

/** RFC 7396: fields to set, null for those to remove. */
export type MergePatch = Readonly<Record<string, unknown>>

/**
 * The API as the controllers, the executor and the command line see it: over HTTP (`HttpClient`), or straight
 * into the API server of the same process. Every method rejects with a StatusError; a connection that fails
 * gives ServiceUnavailable. Objects that come back are frozen.
 */
export interface Client {
  get<T extends Resource>(kind: Kind<T>, ref: Ref): Promise<T>
  list<T extends Resource>(kind: Kind<T>, options?: ListOptions): Promise<ResourceList<T>>
  create<T extends Resource>(kind: Kind<T>, object: Draft<T>): Promise<T>
  /** Replaces the object; a `resourceVersion` in it that is not the newest is a Conflict. */
  update<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  updateStatus<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  /**
   * Applies a JSON merge patch. A `uid` or `resourceVersion` in its metadata that is not the object's is a Conflict.
   */
  patch<T extends Resource>(kind: Kind<T>, ref: Ref, patch: MergePatch): Promise<T>
  /** Replaces the finalizers in a namespace's spec. One that is deleted goes with the last of them. */
  finalize(namespace: Namespace): Promise<Namespace>
  /** Answers the object as it was left: gone, or with a deletionTimestamp. */
  delete<T extends Resource>(kind: Kind<T>, ref: Ref, options?: DeleteOptions): Promise<T>
  /** Assigns a pod to a node; Conflict when it has one. Annotations of the binding go to the pod, which is answered. */
  bind(binding: Draft<Binding>): Promise<Pod>
  /** Takes back an assignment whose task never ran, so that the pod is placed anew. */
  unbind(pod: Ref, preconditions: { uid: string; resourceVersion?: string }): Promise<void>
  /** Deletes a pod as far as disruption budgets allow it: TooManyRequests when they do not now. */
  evict(pod: Ref, options?: DeleteOptions): Promise<void>
  /**
   * Emits events from `resourceVersion` on, in order, none twice; Expired when it is too old.
   * Completes when the server ends the watch: go on from the last revision seen. Unsubscribing closes it.
   */
  watch<T extends Resource>(kind: Kind<T>, options?: WatchOptions): Observable<WatchEvent<T>>
}
