import { type FieldSet, leaf } from './field-set.ts'
import { inOrder } from './path-element.ts'

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

/** The shared set for each that is equal to it, as far as they were asked about; its own for a shared one. */
const sharedOf = new WeakMap<FieldSet, FieldSet>()

/**
 * The same set, shared with all that are equal to it, its elements in Kubernetes' order: clients compare the entries of
 * an object as bytes, in whatever form they were told of it.
 */
export const shared = (set: FieldSet): FieldSet => {
  const known = sharedOf.get(set)
  if (known) return known
  // Sorting takes longer, and what is asked about has mostly been built this way before.
  const elements = Object.keys(set)
  const built = rebuilt(set, elements)
  const before = sharedOf.get(built)
  if (before) return before
  const ordered = rebuilt(set, elements.sort(inOrder))
  sharedOf.set(built, ordered)
  sharedOf.set(ordered, ordered)
  return ordered
}

const rebuilt = (set: FieldSet, elements: readonly string[]): FieldSet =>
  elements.reduce((step, element) => plus(step, element, shared(set[element] ?? leaf)), emptySet()).set

/** The JSON of each shared set, once somebody has asked for it. */
const texts = new WeakMap<FieldSet, string>()

/** A shared set as JSON, which is made once; undefined for others. */
export const sharedText = (set: FieldSet): string | undefined => {
  const known = texts.get(set)
  if (known !== undefined || sharedOf.get(set) !== set) return known
  const text = JSON.stringify(set)
  texts.set(set, text)
  return text
}
