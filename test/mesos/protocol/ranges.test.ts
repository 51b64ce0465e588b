import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  addRanges,
  containsRanges,
  countRanges,
  intersectRanges,
  normalizeRanges,
  pickFromRanges,
  type Ranges,
  subtractRanges,
} from '../../../mesos/protocol/ranges.ts'

const anyRanges = fc
  .array(fc.tuple(fc.nat(50), fc.integer({ min: -1, max: 10 })), { maxLength: 6 })
  .map(list => list.map(([begin, length]) => ({ begin, end: begin + length })))

/** The plain meaning of ranges, to compare with. */
const numbersOf = (ranges: Ranges): ReadonlySet<number> =>
  new Set(
    ranges.flatMap(({ begin, end }) => Array.from({ length: end - begin + 1 }, (_, index) => begin + index)),
  )

const sorted = (numbers: ReadonlySet<number>): number[] => [...numbers].sort((a, b) => a - b)

test('the normal form has the same numbers, in order and with gaps between the ranges', () => {
  fc.assert(
    fc.property(anyRanges, ranges => {
      const normal = normalizeRanges(ranges)
      assert.equal(sorted(numbersOf(normal)), sorted(numbersOf(ranges)))
      for (const [index, range] of normal.entries()) {
        assert.ok(range.begin <= range.end)
        assert.ok(range.begin > (normal[index - 1]?.end ?? -2) + 1)
      }
      assert.is(countRanges(normal), numbersOf(ranges).size)
    }),
  )
})

test('operations on ranges are those on the sets of their numbers', () => {
  fc.assert(
    fc.property(anyRanges, anyRanges, (left, right) => {
      const [a, b] = [normalizeRanges(left), normalizeRanges(right)]
      const [inA, inB] = [numbersOf(a), numbersOf(b)]
      const check = (actual: Ranges, wanted: readonly number[]) => {
        assert.equal(sorted(numbersOf(actual)), sorted(new Set(wanted)))
        assert.equal(normalizeRanges(actual), actual)
      }
      check(addRanges(a, b), [...inA, ...inB])
      check(
        subtractRanges(a, b),
        [...inA].filter(number => !inB.has(number)),
      )
      check(
        intersectRanges(a, b),
        [...inA].filter(number => inB.has(number)),
      )
      assert.is(
        containsRanges(a, b),
        [...inB].every(number => inA.has(number)),
      )
    }),
  )
})

test('picks the smallest numbers, or none when there are too few', () => {
  const ranges = [
    { begin: 31000, end: 31001 },
    { begin: 31005, end: 32000 },
  ]
  assert.equal(pickFromRanges(ranges, 3), [31000, 31001, 31005])
  assert.equal(pickFromRanges(ranges, 0), [])
  assert.is(pickFromRanges(ranges, 1000), undefined)
  assert.is(countRanges(ranges), 998)
})

test.run()
