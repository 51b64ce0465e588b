import { deepFreeze } from '../../api/freeze.ts'
import { apiVersionOf, type Kind, type Storage } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import type { KindReader, OwnWrite, Watch, WatchStart } from './kind-cache.ts'
import type { Selection } from './selection.ts'
import type { Watcher, WatchFormat } from './watch-group.ts'

/**
 * The objects of a cache as another kind shows them. Nothing is converted before somebody asks for it, and each object
 * only once; a kind that nobody looks at costs nothing.
 */
export class KindView<T extends Resource = Resource> implements KindReader<T> {
  readonly kind: Kind<T>
  /** What is viewed. */
  readonly cache: KindReader
  readonly #storage: Storage<T>
  readonly #objects = new WeakMap<Resource, T>()
  readonly #seen = new WeakMap<Stored, Stored<T>>()

  constructor(kind: Kind<T>, storage: Storage<T>, cache: KindReader) {
    this.kind = kind
    this.cache = cache
    this.#storage = storage
  }

  get size(): number {
    return this.cache.size
  }

  get(key: string): Stored<T> | undefined {
    const stored = this.cache.get(key)
    return stored && this.#see(stored)
  }

  latest(key: string): Stored<T> | undefined {
    const stored = this.cache.latest(key)
    return stored && this.#see(stored)
  }

  list(selection: Selection<T>, after?: string): Stored<T>[] {
    return this.cache.list(this.#selection(selection), after).map(stored => this.#see(stored))
  }

  unchangedSince(revision: number): boolean {
    return this.cache.unchangedSince(revision)
  }

  watch<Line, Pack>(
    selection: Selection<T>,
    format: WatchFormat<T, Line, Pack>,
    watcher: Watcher<Pack>,
    start: WatchStart,
  ): Watch {
    const seen: WatchFormat<Resource, Line, Pack> = {
      ...format,
      // Watches share their lines with others of the same kind only.
      id: `${apiVersionOf(this.kind)} ${format.id}`,
      line: (type, stored) => format.line(type, this.#see(stored)),
    }
    return this.cache.watch(this.#selection(selection), seen, watcher, start)
  }

  write(key: string, object: T): OwnWrite<T> {
    const own = this.cache.write(key, this.#storage.to(object))
    const see = (revision: number): Stored<T> => this.#see(own.at(revision))
    return { key, value: own.value, at: see, announce: own.announce }
  }

  read(key: string, value: Uint8Array, revision: number): Stored<T> {
    return this.#see(this.cache.read(key, value, revision))
  }

  #selection({ matches, ...selection }: Selection<T>): Selection {
    return { ...selection, matches: matches && (object => matches(this.#convert(object))) }
  }

  #see(stored: Stored): Stored<T> {
    const known = this.#seen.get(stored)
    if (known) return known
    const object = this.#convert(stored.object)
    const seen = {
      key: stored.key,
      object,
      bytes: Buffer.from(JSON.stringify(object)),
      revision: stored.revision,
    }
    this.#seen.set(stored, seen)
    return seen
  }

  #convert(stored: Resource): T {
    const known = this.#objects.get(stored)
    if (known) return known
    const { apiVersion: _, kind: __, metadata, ...rest } = this.#storage.from(stored)
    const named = { apiVersion: apiVersionOf(this.kind), kind: this.kind.kind, metadata, ...rest }
    const object = deepFreeze(named as unknown as T)
    this.#objects.set(stored, object)
    return object
  }
}
