import type { Store } from '../store/store.ts'

const key = '/framework/id'

/** Keeps the framework's id in the store, where a scheduler that takes over finds it. */
export const storedFrameworkId = (store: Store) => ({
  async load(): Promise<string | undefined> {
    const entry = await store.get(key)
    return entry && new TextDecoder().decode(entry.value)
  },

  async save(id: string): Promise<void> {
    const value = new TextEncoder().encode(id)
    const entry = await store.get(key)
    if (!entry) await store.create(key, value)
    else if (new TextDecoder().decode(entry.value) !== id) await store.update(key, value, entry.revision)
  },
})
