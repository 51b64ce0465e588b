import { deepFreeze } from '../../api/freeze.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { entriesOf, entriesText } from '../../api/patch/managed-fields/entries.ts'
import type { Resource } from '../../api/resource.ts'

/** An object as the caches keep it. */
export interface Stored<T extends Resource = Resource> {
  /** `namespace/name`, or `name` for objects of the cluster. */
  readonly key: string
  /** Frozen. Made when somebody reads it: most objects are only served. */
  readonly object: T
  /** What is served. */
  readonly bytes: Buffer
  readonly revision: number
}

/**
 * An own write on its way to the store. Whoever learns its revision first, the writer or the watch, makes the stored
 * form; the other shares it, so that an own write is neither parsed nor serialised twice.
 */
export interface Pending<T extends Resource = Resource> {
  readonly key: string
  /** What goes into the store. */
  readonly value: Buffer
  /** The stored form, once somebody has learnt its revision. */
  readonly stored: Stored<T> | undefined
  at(revision: number): Stored<T>
}

/**
 * Turns objects of a kind into values of the store and back. A value is JSON without a resourceVersion that begins
 * with apiVersion, kind and metadata: the store's revision is spliced in behind `"metadata":{` to serve it.
 */
export interface Codec<T extends Resource = Resource> {
  /** `isRead` tells whether the stored object will be read at once: then the one at hand is kept for that. */
  pending(key: string, object: T, isRead: () => boolean): Pending<T>
  /** Throws a SyntaxError on a value that is no object. */
  decode(key: string, value: Uint8Array, revision: number): Stored<T>
  /** The same object at another revision, as the event of its deletion shows it. */
  restamp(stored: Stored<T>, revision: number): Stored<T>
}

class Served<T extends Resource> implements Stored<T> {
  readonly key: string
  readonly bytes: Buffer
  readonly revision: number
  #object: T | undefined
  #make: (() => T) | undefined

  /** `make` answers the object, when there is a better way than to read the bytes. */
  constructor(key: string, bytes: Buffer, revision: number, make?: () => T) {
    this.key = key
    this.bytes = bytes
    this.revision = revision
    this.#make = make
  }

  get object(): T {
    this.#object ??= deepFreeze(this.#make ? this.#make() : (JSON.parse(this.bytes.toString()) as T))
    this.#make = undefined
    return this.#object
  }
}

/** How the bytes of every object of the kind begin. */
export const typeMetaOf = (kind: Kind): string =>
  `{"apiVersion":${JSON.stringify(apiVersionOf(kind))},"kind":"${kind.kind}",`

export const createCodec = <T extends Resource>(kind: Kind<T>): Codec<T> => {
  const apiVersion = apiVersionOf(kind)
  const start = `${typeMetaOf(kind)}"metadata":{`
  const head = Buffer.from(start)

  const splice = (value: Uint8Array, revision: number): Buffer => {
    const version = `"resourceVersion":"${revision}",`
    // Not from Buffer's pool: these bytes live as long as the object, and would keep a whole slab with them.
    const rest = value.subarray(head.length)
    const bytes = Buffer.allocUnsafeSlow(head.length + version.length + rest.length)
    bytes.set(head)
    bytes.write(version, head.length, 'latin1')
    bytes.set(rest, head.length + version.length)
    return bytes
  }

  /**
   * Of our own objects, whose owners are known. The texts are written one over the brace at which the other ends or
   * begins: what JSON.stringify makes is in pieces, and to cut and join it would copy all of it again.
   */
  const encode = (object: T): Buffer => {
    const { apiVersion: _, kind: __, metadata, ...rest } = object
    const { resourceVersion: ___, managedFields, ...named } = metadata
    const inner = JSON.stringify(named)
    const outer = JSON.stringify(rest)
    const owners = managedFields ? `,"managedFields":${entriesText(entriesOf(managedFields))}` : ''
    const between = `${owners}}${outer === '{}' ? '' : ','}`
    const innerAt = head.length - 1
    const betweenAt = innerAt + Buffer.byteLength(inner) - 1
    const outerAt = betweenAt + Buffer.byteLength(between) - 1
    const value = Buffer.allocUnsafe(outerAt + Buffer.byteLength(outer))
    value.set(head)
    value.write(inner, innerAt)
    value.write(outer, outerAt)
    value.write(between, betweenAt)
    return value
  }

  const ordered = (object: T, revision?: number) => {
    const { apiVersion: _, kind: __, metadata, ...rest } = object
    const resourceVersion = revision === undefined ? undefined : String(revision)
    return { apiVersion, kind: kind.kind, metadata: { ...metadata, resourceVersion }, ...rest }
  }

  const stamp = (object: T, revision: number): T => ordered(object, revision) as unknown as T

  /** An object may be older than its definition: true when that changes it. */
  const reshape = (object: T): boolean => {
    if (!kind.custom) return false
    const before = JSON.stringify(object)
    kind.custom.reshape(object as T & Record<string, unknown>)
    return JSON.stringify(object) !== before
  }

  return {
    pending(key, object, isRead) {
      const value = encode(object)
      let stored: Stored<T> | undefined
      return {
        key,
        value,
        get stored() {
          return stored
        },
        at(revision) {
          if (stored?.revision !== revision) {
            const make = isRead() ? () => stamp(object, revision) : undefined
            stored = new Served(key, splice(value, revision), revision, make)
          }
          return stored
        },
      }
    },

    decode(key, value, revision) {
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      const object = JSON.parse(text.toString()) as T | null
      if (typeof object?.metadata?.name !== 'string')
        throw new SyntaxError('the value is no object of the API')
      // A value that somebody wrote by hand may be ordered otherwise.
      const ours = text.subarray(0, head.length).equals(head) && !reshape(object)
      const bytes = splice(ours ? text : Buffer.from(JSON.stringify(ordered(object))), revision)
      return new Served(key, bytes, revision, () => stamp(object, revision))
    },

    restamp(stored, revision) {
      const skip = `"resourceVersion":"${stored.revision}",`.length
      const value = Buffer.concat([head, stored.bytes.subarray(head.length + skip)])
      return new Served(stored.key, splice(value, revision), revision, () => stamp(stored.object, revision))
    },
  }
}
