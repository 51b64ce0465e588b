/**
 * A set of paths to fields, in the form of FieldsV1: members nest by the elements of their paths (see path-element.ts).
 * An object without elements is a member; one with elements is a member, too, when '.' is among them. The set itself
 * is never a member: `{}` is the empty set. Never changed in place.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet
}

const self = '.'

/** A member that holds no others; also the empty set. */
export const leaf: FieldSet = Object.freeze({})

export const isEmpty = (set: FieldSet): boolean => {
  for (const _ in set) return false
  return true
}

export const isMember = (node: FieldSet | undefined): boolean =>
  node !== undefined && (Object.hasOwn(node, self) || isEmpty(node))

/** The node as a member, with what it holds. */
export const member = (node: FieldSet | undefined): FieldSet =>
  node === undefined || isMember(node) ? (node ?? leaf) : { [self]: leaf, ...node }

export const union = (a: FieldSet, b: FieldSet): FieldSet => under(a, b, union2)
export const difference = (a: FieldSet, b: FieldSet): FieldSet => under(a, b, difference2)
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => under(a, b, intersection2)

/** What comes out of two nodes; undefined for nothing. */
type Combine = (a: FieldSet | undefined, b: FieldSet | undefined) => FieldSet | undefined

const union2: Combine = (a, b) => {
  if (a === undefined || b === undefined) return a ?? b
  const both = under(a, b, union2)
  return isMember(a) || isMember(b) ? member(both) : both
}

const difference2: Combine = (a, b) => {
  if (a === undefined || b === undefined) return a
  return node(under(a, b, difference2), isMember(a) && !isMember(b))
}

const intersection2: Combine = (a, b) => {
  if (a === undefined || b === undefined) return undefined
  return node(under(a, b, intersection2), isMember(a) && isMember(b))
}

const node = (inner: FieldSet, holds: boolean): FieldSet | undefined => {
  if (holds) return member(inner)
  return isEmpty(inner) ? undefined : inner
}

const under = (a: FieldSet, b: FieldSet, combine: Combine): FieldSet => {
  const all: Record<string, FieldSet> = {}
  for (const element in a) {
    if (element === self) continue
    const combined = combine(own(a, element), own(b, element))
    if (combined !== undefined) all[element] = combined
  }
  for (const element in b) {
    if (element === self || Object.hasOwn(a, element)) continue
    const combined = combine(undefined, b[element])
    if (combined !== undefined) all[element] = combined
  }
  return all
}

const own = (set: FieldSet, element: string): FieldSet | undefined =>
  Object.hasOwn(set, element) ? set[element] : undefined

/** The members' paths. */
export const pathsOf = (set: FieldSet): readonly (readonly string[])[] =>
  Object.entries(set).flatMap(([element, inner]) =>
    element === self
      ? []
      : [...(isMember(inner) ? [[element]] : []), ...pathsOf(inner).map(rest => [element, ...rest])],
  )

/** Takes what a client has sent for a set, when it is one. */
export const readFieldSet = (value: unknown): FieldSet | undefined => {
  if (!isNode(value)) return undefined
  const read = under(value, leaf, a => a && (isMember(a) ? member(readFieldSet(a)) : readFieldSet(a)))
  return read
}

const isNode = (value: unknown): value is FieldSet =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([element, inner]) => /^(?:\.$|[fkvi]:)/.test(element) && isNode(inner))
