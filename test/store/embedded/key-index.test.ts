import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KeyIndex, type Version } from '../../../store/embedded/key-index.ts'

const version = (key: string, revision: number, deleted: boolean, older?: Version): Version => ({
  key,
  revision,
  deleted,
  offset: 0,
  length: 0,
  older,
})

/** Characters on both sides of the surrogates, and surrogates. */
const names = fc.string({
  unit: fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'),
})
const folders = fc.constantFrom('/', '/a/', '/b/')

test('key index: what lives is read in the order of UTF-8, while keys come and go', () => {
  const steps = fc.array(
    fc.record({
      does: fc.constantFrom('put', 'delete', 'forget', 'read'),
      key: fc.tuple(folders, names).map(([folder, name]) => folder + name),
    }),
    { size: 'large' },
  )
  fc.assert(
    fc.property(steps, folders, fc.boolean(), (list, prefix, behind) => {
      const index = new KeyIndex()
      const alive = new Set<string>()
      const check = (): void => {
        const expected = [...alive]
          .filter(key => key.startsWith(prefix))
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        const middle = behind ? expected[expected.length >> 1] : undefined
        assert.equal(
          [...index.living(prefix, list.length, middle)].map(({ key }) => key),
          middle === undefined ? expected : expected.slice(expected.indexOf(middle) + 1),
        )
      }
      for (const [revision, { does, key }] of list.entries()) {
        const older = index.get(key)
        if (does === 'put') index.add(version(key, revision, false, older))
        if (does === 'put') alive.add(key)
        if (does === 'delete' && older) index.add(version(key, revision, true, older))
        if (does === 'delete') alive.delete(key)
        if (does === 'forget' && older?.deleted) index.remove(older)
        if (does === 'read') check()
      }
      check()
    }),
  )
})

test('key index: every revision shows what was there', () => {
  const index = new KeyIndex()
  const one = version('/a', 1, false)
  const two = version('/a', 2, true, one)
  const three = version('/a', 3, false, two)
  for (const each of [one, two, three]) index.add(each)
  const at = (revision: number) => [...index.living('/', revision)].map(found => found.revision)
  assert.equal([0, 1, 2, 3, 4].map(at), [[], [1], [], [3], [3]])
  // It is not the newest any more.
  index.remove(two)
  assert.is(index.get('/a'), three)
})

test.run()
