import { type FieldSet, leaf } from './field-set.ts'

/** A set that is being built, element by element; frozen as it is at every step. */
export interface Step {
  readonly set: FieldSet
  readonly next: Map<string, Map<FieldSet, Step>>
}

const stepOf = (set: FieldSet): Step => ({ set: Object.freeze(set), next: new Map() })

/** Names of labels and the like are without end. */
const limit = 20_000

let first = stepOf(leaf)
let steps = 0

/**
 * The empty set, to build on. What is built the same way is the same object: thousands of pods that differ in their
 * values only share what is told of their owners, which is as large as they are.
 */
export const emptySet = (): Step => {
  if (steps > limit) {
    first = stepOf(leaf)
    steps = 0
  }
  return first
}

/** The set with one element more, which holds `inner`. */
export const plus = ({ set, next }: Step, element: string, inner: FieldSet): Step => {
  let byInner = next.get(element)
  if (byInner === undefined) {
    byInner = new Map()
    next.set(element, byInner)
  }
  const known = byInner.get(inner)
  if (known) return known
  const step = stepOf({ ...set, [element]: inner })
  byInner.set(inner, step)
  steps++
  return step
}
