import type { Resource } from './messages.gen.ts'
import { addRanges, intersectRanges, normalizeRanges, type Ranges, subtractRanges } from './ranges.ts'

/** A resource that Mesos would refuse: a negative amount, or no value of its type. */
export class InvalidResource extends Error {
  override readonly name = 'InvalidResource'
}

/**
 * How much of a resource. A scalar counts thousandths: Mesos keeps three decimals, and in whole thousandths sums and
 * differences are exact. A set is sorted.
 */
export type Amount =
  | { readonly type: 'SCALAR'; readonly value: number }
  | { readonly type: 'RANGES'; readonly value: Ranges }
  | { readonly type: 'SET'; readonly value: readonly string[] }

/** What can be done with two values of one type. Nothing is ever less than empty. */
interface Algebra<V> {
  add(a: V, b: V): V
  subtract(a: V, b: V): V
  intersect(a: V, b: V): V
}

const scalars: Algebra<number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => Math.max(0, a - b),
  intersect: Math.min,
}

const ranges: Algebra<Ranges> = { add: addRanges, subtract: subtractRanges, intersect: intersectRanges }

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort()

const sets: Algebra<readonly string[]> = {
  add: (a, b) => unique([...a, ...b]),
  subtract: (a, b) => a.filter(item => !b.includes(item)),
  intersect: (a, b) => a.filter(item => b.includes(item)),
}

export const combine = (operation: keyof Algebra<unknown>, a: Amount, b: Amount): Amount => {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return { type: 'SCALAR', value: scalars[operation](a.value, b.value) }
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { type: 'RANGES', value: ranges[operation](a.value, b.value) }
  }
  if (a.type === 'SET' && b.type === 'SET') {
    return { type: 'SET', value: sets[operation](a.value, b.value) }
  }
  throw new InvalidResource(`${a.type} and ${b.type} under one name`)
}

export const isNothing = ({ type, value }: Amount): boolean =>
  type === 'SCALAR' ? value === 0 : value.length === 0

export const thousandths = (value: number): number => Math.round(value * 1000)

/** The amount of a resource in its protocol form. Throws InvalidResource. */
export const amountOf = (resource: Resource): Amount => {
  const { name, type } = resource
  if (type === 'SCALAR' && resource.scalar) {
    const { value } = resource.scalar
    if (!(value >= 0)) throw new InvalidResource(`${name}: ${value} is not an amount`)
    return { type, value: thousandths(value) }
  }
  if (type === 'RANGES' && resource.ranges) {
    const range = resource.ranges.range ?? []
    const reversed = range.find(({ begin, end }) => begin > end)
    if (reversed) throw new InvalidResource(`${name}: ${reversed.begin}-${reversed.end} is not a range`)
    return { type, value: normalizeRanges(range) }
  }
  if (type === 'SET' && resource.set) return { type, value: unique(resource.set.item ?? []) }
  throw new InvalidResource(`${name}: a resource of type ${type} without its value`)
}

/** The fields of a resource that tell its amount. */
export const amountFields = (amount: Amount): Pick<Resource, 'type' | 'scalar' | 'ranges' | 'set'> => {
  if (amount.type === 'SCALAR') return { type: 'SCALAR', scalar: { value: amount.value / 1000 } }
  if (amount.type === 'RANGES') return { type: 'RANGES', ranges: { range: amount.value } }
  return { type: 'SET', set: { item: amount.value } }
}

/** For people: `1.5`, `31000-31002, 31005`, `a, b`. */
export const describeAmount = (amount: Amount): string => {
  if (amount.type === 'SCALAR') return String(amount.value / 1000)
  if (amount.type === 'SET') return amount.value.join(', ')
  return amount.value.map(({ begin, end }) => (begin === end ? `${begin}` : `${begin}-${end}`)).join(', ')
}
