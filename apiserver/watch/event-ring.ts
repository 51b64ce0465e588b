import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'

/** A change of an object in the cache. `old` is what was there before. */
export interface CacheEvent<T extends Resource = Resource> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly stored: Stored<T>
  readonly old: Stored<T> | undefined
  /** What was there before at the revision of this event: what a selection that the object leaves is told. */
  left(): Stored<T>
}

/** The last events of a kind, so that a watch can go on from a recent revision. */
export class EventRing<T extends Resource> {
  readonly #capacity: number
  #events: CacheEvent<T>[] = []
  #floor: number

  /** Nothing at or below revision `floor` is known. */
  constructor(capacity: number, floor: number) {
    this.#capacity = capacity
    this.#floor = floor
  }

  push(events: readonly CacheEvent<T>[]): void {
    for (const event of events) this.#events.push(event)
    // Cutting off a quarter at a time keeps the cost per event constant.
    const excess = this.#events.length - this.#capacity
    if (excess < this.#capacity / 4) return
    const cut = this.#events.splice(0, excess)
    this.#floor = cut.at(-1)?.stored.revision ?? this.#floor
  }

  /** The events above `revision`; undefined when some of them are forgotten. */
  after(revision: number): readonly CacheEvent<T>[] | undefined {
    if (revision < this.#floor) return undefined
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const event = this.#events[middle]
      if (event && event.stored.revision <= revision) low = middle + 1
      else high = middle
    }
    return this.#events.slice(low)
  }

  get floor(): number {
    return this.#floor
  }
}
