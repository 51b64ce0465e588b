import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  changesEncoder,
  decodeChanges,
  decodeRecord,
  encodeCompaction,
  isCompaction,
  moved,
  recordLength,
  thinned,
} from '../../../store/embedded/record.ts'
import type { Change } from '../../../store/store.ts'

const keys = fc.string({ unit: 'binary' }).map(rest => `/${rest}`)
const values = fc.uint8Array({ maxLength: 2000 })

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('put' as const), key: keys, value: values, created: fc.boolean() }),
    fc.record({ type: fc.constant('delete' as const), key: keys }),
  ),
  { maxLength: 20 },
)
const revisions = fc.maxSafeNat()
/** Logs may grow beyond what four bytes count. */
const offsets = fc.nat(2 ** 40)

/** Values as arrays: which class the bytes have is not said. */
const plain = (list: readonly Change[]) =>
  list.map(change => (change.type === 'put' ? { ...change, value: [...change.value] } : { ...change }))

const encode = changesEncoder()

test('record: what is written is read, and nothing else', () => {
  fc.assert(
    fc.property(revisions, changes, offsets, fc.nat(), fc.integer({ min: 1, max: 255 }), (...parts) => {
      const [revision, list, offset, where, flip] = parts
      const { bytes, values } = encode(revision, list, offset)
      assert.is(recordLength(bytes, 0), bytes.length)
      const record = decodeRecord(bytes, offset)
      assert.ok(record && !isCompaction(record))
      assert.is(record.revision, revision)
      assert.equal(plain(decodeChanges(bytes)), plain(list))
      for (const [i, change] of list.entries()) {
        if (change.type !== 'put') continue
        const from = values[i] ?? -1
        assert.equal([...bytes.subarray(from, from + change.value.length)], [...change.value])
      }

      assert.is(decodeRecord(bytes, offset + 1), undefined)
      const at = where % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ flip
      assert.ok(recordLength(bytes, 0) !== bytes.length || !decodeRecord(bytes, offset), `byte ${at}`)
    }),
  )
})

test('record: a compaction is told from changes', () => {
  fc.assert(
    fc.property(revisions, offsets, (revision, offset) => {
      const bytes = encodeCompaction(revision, offset)
      const record = decodeRecord(bytes, offset)
      assert.ok(record && isCompaction(record))
      assert.is(record.revision, revision)
    }),
  )
})

test('record: a copy for another place has all changes, or those that are kept', () => {
  fc.assert(
    fc.property(revisions, changes, offsets, offsets, fc.infiniteStream(fc.boolean()), (...parts) => {
      const [revision, list, offset, place, choices] = parts
      const { bytes, values } = encode(revision, list, offset)
      const record = { revision, offset, bytes }
      const whole = decodeRecord(moved(record, place), place)
      assert.equal(plain(decodeChanges(whole?.bytes ?? bytes)), plain(list))

      const chosen = new Map(values.map(value => [offset + value, choices.next().value === true]))
      const places: number[] = []
      const copy = thinned(record, place, (value, at) => {
        if (chosen.get(value)) places.push(at)
        return chosen.get(value) === true
      })
      const kept = list.filter((_, i) => chosen.get(offset + (values[i] ?? -1)))
      assert.is(copy === undefined, kept.length === 0)
      if (!copy) return
      assert.is(decodeRecord(copy, place)?.revision, revision)
      assert.equal(plain(decodeChanges(copy)), plain(kept))
      for (const [i, change] of kept.entries()) {
        const from = (places[i] ?? -1) - place
        const length = change.type === 'put' ? change.value.length : 0
        assert.equal([...copy.subarray(from, from + length)], change.type === 'put' ? [...change.value] : [])
      }
    }),
  )
})

test.run()
