/** A key at a revision that changed it. */
export interface Version {
  readonly key: string
  readonly revision: number
  readonly deleted: boolean
  /** Where the log has the value. */
  offset: number
  readonly length: number
  /** What the key was before; undefined when it was not there, or when nobody may know any more. */
  older: Version | undefined
}

/** What every key was at every revision that can still be read, in memory; the values are in the log. */
export class KeyIndex {
  readonly #newest = new Map<string, Version>()
  /** Sorted when somebody reads in order; since then keys have come, and others may have gone. */
  #order: readonly string[] = []
  #came: string[] = []
  #gone = false

  /** The newest version of the key, be it its deletion. */
  get(key: string): Version | undefined {
    return this.#newest.get(key)
  }

  /** The newest version of every key. */
  all(): Iterable<Version> {
    return this.#newest.values()
  }

  /** Its `older` is the newest version so far. */
  add(version: Version): void {
    if (!this.#newest.has(version.key)) this.#came.push(version.key)
    this.#newest.set(version.key, version)
  }

  /** Forgets a key whose newest version is this deletion. */
  remove(version: Version): void {
    if (this.#newest.get(version.key) !== version) return
    this.#newest.delete(version.key)
    this.#gone = true
  }

  /** What was there at a revision under a prefix, behind the key `after`, in the order of keys. */
  *living(prefix: string, at: number, after = ''): Generator<Version> {
    const order = this.#sorted()
    const from = byBytes(after, prefix) > 0 ? after : prefix
    for (let i = lowerBound(order, from); i < order.length; i++) {
      const key = order[i] as string
      if (!key.startsWith(prefix)) break
      if (key === after) continue
      let version = this.#newest.get(key)
      while (version && version.revision > at) version = version.older
      if (version && !version.deleted) yield version
    }
  }

  #sorted(): readonly string[] {
    if (this.#came.length > 0 || this.#gone) {
      // The sort takes what is in order as it is. A key that went and came again is there twice.
      this.#order = [...this.#order, ...this.#came]
        .filter(key => this.#newest.has(key))
        .sort(byBytes)
        .filter((key, i, keys) => key !== keys[i - 1])
      this.#came = []
      this.#gone = false
    }
    return this.#order
  }
}

/** The order of keys in UTF-8. That of UTF-16 is the same, but has surrogates below the last characters of its plane. */
const byBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/** Index of the first key that is not below `key`. */
const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (byBytes(keys[middle] as string, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
