import type { ValueRange } from './messages.gen.ts'

/** Whole numbers as ranges, both ends included: sorted, and neither overlapping nor touching. */
export type Ranges = readonly ValueRange[]

/** The same numbers in the one form that `Ranges` promises. A range whose end is before its begin is empty. */
export const normalizeRanges = (ranges: readonly ValueRange[]): Ranges => {
  const merged: ValueRange[] = []
  for (const { begin, end } of ranges.filter(range => range.begin <= range.end).sort(byBegin)) {
    const last = merged.at(-1)
    if (last && begin <= last.end + 1) {
      merged[merged.length - 1] = { begin: last.begin, end: Math.max(last.end, end) }
    } else {
      merged.push({ begin, end })
    }
  }
  return merged
}

const byBegin = (a: ValueRange, b: ValueRange): number => a.begin - b.begin

export const addRanges = (a: Ranges, b: Ranges): Ranges => normalizeRanges([...a, ...b])

/** What is in `a` and not in `b`. */
export const subtractRanges = (a: Ranges, b: Ranges): Ranges =>
  b.reduce<Ranges>(
    (rest, hole) =>
      rest.flatMap(({ begin, end }) =>
        [
          { begin, end: Math.min(end, hole.begin - 1) },
          { begin: Math.max(begin, hole.end + 1), end },
        ].filter(range => range.begin <= range.end),
      ),
    a,
  )

/** What is in both. */
export const intersectRanges = (a: Ranges, b: Ranges): Ranges => subtractRanges(a, subtractRanges(a, b))

export const containsRanges = (a: Ranges, b: Ranges): boolean =>
  b.every(({ begin, end }) => a.some(range => range.begin <= begin && end <= range.end))

/** How many numbers there are. */
export const countRanges = (ranges: Ranges): number =>
  ranges.reduce((count, { begin, end }) => count + end - begin + 1, 0)

/** The `count` smallest numbers; undefined when there are fewer. */
export const pickFromRanges = (ranges: Ranges, count: number): readonly number[] | undefined => {
  const picked: number[] = []
  for (const { begin, end } of ranges) {
    for (let value = begin; value <= end && picked.length < count; value++) picked.push(value)
  }
  return picked.length === count ? picked : undefined
}
