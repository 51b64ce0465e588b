import { type Fields, isFields } from '../json.ts'

/** `f:name`: a named field of an object. */
export const fieldElement = (name: string): string => `f:${name}`

/** `v:1`: an item of a list that is a set. */
export const valueElement = (value: unknown): string => `v:${canonical(value)}`

/** `k:{"name":"c"}`: an item of a list whose items tell themselves apart by these fields. */
export const keyElementBy = (keys: readonly string[]): ((item: Fields) => string) => {
  const members = keys.map(key => ({ key, label: `${JSON.stringify(key)}:`, missing: defaults[key] ?? null }))
  const text = (item: Fields) =>
    members.map(({ key, label, missing }) => label + JSON.stringify(item[key] ?? missing)).join()
  return item => `k:{${text(item)}}`
}

/** What a key is when an item leaves it out; Kubernetes' definitions have it, ours are without prose. */
const defaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' }

/** The same value has the same text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

/** A path as messages show it: `.spec.containers[name="c"].image`. */
export const showPath = (path: readonly string[]): string => path.map(showElement).join('')

const showElement = (element: string): string => {
  const text = element.slice(2)
  switch (element.charAt(0)) {
    case 'k': {
      const keys = Object.entries(JSON.parse(text) as Fields)
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join()}]`
    }
    case 'v':
      return `[=${text}]`
    case 'i':
      return `[${text}]`
    default:
      return `.${text}`
  }
}

/** Kubernetes' order: the object itself, named fields, then items by their keys, values or places. */
export const inOrder = (a: string, b: string): number => {
  const kinds = order.indexOf(a.charAt(0)) - order.indexOf(b.charAt(0))
  if (kinds !== 0) return kinds
  return a.startsWith('f') || a === b
    ? compare(a, b)
    : compareJson(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)))
}

const order = '.fkvi'

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Members of keys are compared name by name. */
const compareJson = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return compare(a, b)
  if (isFields(a) && isFields(b)) {
    const names = Object.keys({ ...a, ...b })
    return names.map(name => compareJson(a[name], b[name])).find(each => each !== 0) ?? 0
  }
  return compare(JSON.stringify(a) ?? '', JSON.stringify(b) ?? '')
}
