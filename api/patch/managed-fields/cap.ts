import { type Entry, listed, newEntry } from './entries.ts'
import { union } from './field-set.ts'

/** Plain writers that an object remembers by their names. */
const most = 10

/** Puts the oldest plain writers together until there are no more than an object remembers; appliers stay. */
export const capped = (entries: readonly Entry[]): readonly Entry[] => {
  let tooMany = entries.filter(({ operation }) => operation === 'Update').length - most
  if (tooMany <= 0) return entries
  const kept = new Set(entries)
  const oldest = new Map<string, Entry>()
  // They are listed as the times go.
  for (const entry of entries) {
    if (tooMany === 0) break
    if (entry.operation !== 'Update') continue
    const older = oldest.get(entry.apiVersion)
    let merged = entry
    if (older) {
      const manager = { manager: 'ancient-changes', apiVersion: entry.apiVersion }
      merged = newEntry(manager, 'Update', entry.time, union(older.fieldsV1, entry.fieldsV1))
      kept.delete(older)
      kept.delete(entry)
      kept.add(merged)
      tooMany--
    }
    oldest.set(entry.apiVersion, merged)
  }
  return listed([...kept])
}
