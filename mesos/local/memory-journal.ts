import type { Journal } from './journal.ts'

/** A journal of those who need not outlive this process: it can be opened again as long as somebody holds it. */
export const memoryJournal = (): Journal => {
  const entries = new Map<string, unknown>()
  return {
    entries,
    put: (key, value) => void entries.set(key, value),
    delete: key => void entries.delete(key),
    async synced() {},
    async close() {},
  }
}
