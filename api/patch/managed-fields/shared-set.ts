import { type FieldSet, leaf } from './field-set.ts'
import { inOrder } from './path-element.ts'

/** A set that is being built, element by element; frozen as it is at every step. */
export interface Step {
  readonly set: FieldSet
  readonly next: Map<string, Map<FieldSet, Step>>
}

/** The JSON of each shared set, once somebody has asked for it. */
const texts = new WeakMap<FieldSet, string | undefined>()

const stepOf = (set: FieldSet): Step => {
  texts.set(Object.freeze(set), texts.get(set))
  return { set, next: new Map() }
}

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

/** The same set, shared with all that are equal to it. */
export const shared = (set: FieldSet): FieldSet => {
  if (texts.has(set)) return set
  let step = emptySet()
  for (const element in set) step = plus(step, element, shared(set[element] ?? leaf))
  return step.set
}

/** As JSON, with the elements in Kubernetes' order. */
const textOf = (set: FieldSet): string => {
  const elements = Object.keys(set).sort(inOrder)
  return `{${elements.map(each => `${JSON.stringify(each)}:${textOf(set[each] ?? leaf)}`).join()}}`
}

/** A shared set as JSON, which is made once; undefined for others. */
export const sharedText = (set: FieldSet): string | undefined => {
  const known = texts.get(set)
  if (known !== undefined || !texts.has(set)) return known
  const text = textOf(set)
  texts.set(set, text)
  return text
}
