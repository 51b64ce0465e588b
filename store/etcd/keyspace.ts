import { prefixEnd } from '../keys.ts'
import type { Entry } from '../store.ts'

/** Where the keys of a store lie in etcd: `/pods/a` is at `<root>/pods/a`. */
export interface Keyspace {
  encode(key: string): Buffer
  decode(key: Buffer): string
  entry(kv: { readonly key: Buffer; readonly value: Buffer; readonly mod_revision: string }): Entry
  /** The keys under a prefix, from the one behind `after` on. */
  range(prefix: string, after?: string): { key: Buffer; range_end: Buffer }
  /** All keys of the store, and the mark. */
  readonly all: { readonly key: Buffer; readonly range_end: Buffer }
  /** A key outside every prefix: whoever writes it sees in the watch how far that has come. */
  readonly mark: Buffer
}

/** `prefix` may end with a slash or not. */
export const keyspace = (prefix: string): Keyspace => {
  const root = prefix.replace(/\/+$/, '')
  const decode = (key: Buffer): string => key.toString('utf8').slice(root.length)
  const encode = (key: string): Buffer => Buffer.from(root + key)
  // A NUL sorts before the slash that begins every key.
  const mark = encode('\0progress')
  return {
    encode,
    decode,
    entry: ({ key, value, mod_revision }) => ({ key: decode(key), value, revision: Number(mod_revision) }),
    range: (under, after) => ({
      key: encode(after === undefined ? under : `${after}\0`),
      range_end: encode(prefixEnd(under)),
    }),
    all: { key: mark, range_end: encode(prefixEnd('/')) },
    mark,
  }
}
