import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Batch, type Entry, KeyExists, RevisionMismatch, type Store } from '../../store/store.ts'

/** A write that some random caller tries; `stale` ones expect a revision that is not there. */
interface Try {
  readonly type: 'create' | 'update' | 'delete'
  readonly key: string
  readonly value: string
  readonly stale: boolean
}

/** What happened to a key; without a value it was deleted. */
interface Made {
  readonly revision: number
  readonly key: string
  readonly value: string | undefined
}

const tries = fc.record({
  type: fc.constantFrom('create', 'update', 'delete'),
  key: fc.constantFrom('/a/1', '/a/2', '/a/3', '/ab', '/b/1'),
  value: fc.string({ maxLength: 5 }),
  stale: fc.nat(3).map(n => n === 0),
})

/** The writes of a group are under way at the same time; the groups follow each other. */
export const writeGroups: fc.Arbitrary<readonly (readonly Try[])[]> = fc.array(
  fc.array(tries, { minLength: 1, maxLength: 6 }),
  { maxLength: 15 },
)

/** Does the writes, and compares what becomes of each with what a plain map says. */
export const runGroups = async (
  store: Store,
  root: string,
  groups: readonly (readonly Try[])[],
): Promise<Made[]> => {
  const made: Made[] = []
  const present = new Map<string, number>()
  for (const group of groups) {
    const expected = group.map(({ key, stale }) => (present.get(root + key) ?? 0) + (stale ? 1 : 0))
    const results = await Promise.allSettled(
      group.map(({ type, key, value }, index) => {
        if (type === 'create') return store.create(root + key, Buffer.from(value))
        if (type === 'update') return store.update(root + key, Buffer.from(value), expected[index] ?? 0)
        return store.delete(root + key, expected[index] ?? 0)
      }),
    )
    for (const [index, attempt] of group.entries()) {
      const key = root + attempt.key
      const result = results[index]
      const current = present.get(key)
      const allowed = attempt.type === 'create' ? current === undefined : current === expected[index]
      assert.is(result?.status, allowed ? 'fulfilled' : 'rejected')
      if (result?.status === 'rejected') {
        assert.instance(result.reason, attempt.type === 'create' ? KeyExists : RevisionMismatch)
        if (result.reason instanceof RevisionMismatch) assert.is(result.reason.current?.revision, current)
      } else if (result) {
        const revision = result.value
        assert.ok(
          revision > Math.max(0, ...made.filter(other => other.key === key).map(other => other.revision)),
        )
        made.push({ revision, key, value: attempt.type === 'delete' ? undefined : attempt.value })
        if (attempt.type === 'delete') present.delete(key)
        else present.set(key, revision)
      }
    }
  }
  return made
}

/** Key, value and revision of everything under a prefix at a revision. */
export const stateAt = (made: readonly Made[], prefix: string, at: number): [string, string, number][] => {
  const state = new Map<string, [string, string, number]>()
  for (const { revision, key, value } of made) {
    if (revision > at || !key.startsWith(prefix)) continue
    if (value === undefined) state.delete(key)
    else state.set(key, [key, value, revision])
  }
  return [...state.values()].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Key and value after the batches have been applied, which must come in order and fit. */
export const playedBack = (entries: readonly Entry[], batches: readonly Batch[]): [string, string][] => {
  const state = new Map(entries.map(({ key, value }) => [key, Buffer.from(value).toString()]))
  let last = 0
  for (const { revision, changes } of batches) {
    assert.ok(revision > last, 'revisions grow')
    last = revision
    for (const change of changes) {
      assert.is(
        state.has(change.key),
        !(change.type === 'put' && change.created),
        `${change.type} ${change.key}`,
      )
      if (change.type === 'delete') state.delete(change.key)
      else state.set(change.key, Buffer.from(change.value).toString())
    }
  }
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1))
}
