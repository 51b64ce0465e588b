/** The values under which an item is filed. */
export type Indexer<T> = (item: T) => readonly string[]

/** Keys by value, for every declared index. */
export const createIndex = <T>(indexers: Readonly<Record<string, Indexer<T>>>) => {
  const declared = Object.entries(indexers)
  const indexes = new Map(declared.map(([name]) => [name, new Map<string, Set<string>>()]))

  const buckets = (name: string): Map<string, Set<string>> => {
    const found = indexes.get(name)
    if (!found) throw new Error(`index ${name} is not declared; there are: ${[...indexes.keys()].join(', ')}`)
    return found
  }

  return {
    keys: (name: string, value: string): Iterable<string> => buckets(name).get(value) ?? [],

    /** Files `item` in the place of `old`; undefined is nothing. */
    move(key: string, old: T | undefined, item: T | undefined): void {
      for (const [name, valuesOf] of declared) {
        const byValue = buckets(name)
        const before = old === undefined ? [] : valuesOf(old)
        const now = item === undefined ? [] : valuesOf(item)
        for (const value of before) {
          const keys = byValue.get(value)
          if (!keys || now.includes(value)) continue
          keys.delete(key)
          if (keys.size === 0) byValue.delete(value)
        }
        for (const value of now) {
          if (before.includes(value)) continue
          const keys = byValue.get(value) ?? new Set<string>()
          byValue.set(value, keys.add(key))
        }
      }
    },

    clear(): void {
      for (const byValue of indexes.values()) byValue.clear()
    },
  }
}
