import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import type { CacheEvent } from './event-ring.ts'

/** Which objects of a kind a list or a watch asks for. */
export interface Selection<T extends Resource = Resource> {
  /** Equal for equal selections: watches that want the same share their work. */
  readonly id: string
  /** '' for all. */
  readonly namespace: string
  /** Undefined when every object of the namespace is meant. */
  readonly matches: ((object: T) => boolean) | undefined
}

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED'

export const selects = <T extends Resource>(selection: Selection<T>, stored: Stored<T>): boolean =>
  (selection.namespace === '' || stored.key.startsWith(`${selection.namespace}/`)) &&
  (selection.matches === undefined || selection.matches(stored.object))

/** An event as a watch tells it. */
type Seen<T extends Resource> = { readonly type: WatchType; readonly stored: Stored<T> }

/**
 * What an event is to a watcher with this selection. An object that enters is ADDED; one that leaves is DELETED, and
 * shown as it was before, so that whoever selects by its fields finds it.
 */
export const seenAs = <T extends Resource>(
  selection: Selection<T>,
  event: CacheEvent<T>,
): Seen<T> | undefined => {
  const { type, stored, old } = event
  if (selection.matches === undefined) return selects(selection, stored) ? event : undefined
  const before = old !== undefined && selects(selection, old)
  const after = type !== 'DELETED' && selects(selection, stored)
  if (before && !after) return { type: 'DELETED', stored: event.left() }
  if (!after) return undefined
  return before ? event : { type: 'ADDED', stored }
}
