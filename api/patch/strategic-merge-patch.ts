import { badRequest } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { type Fields, isFields, sameJson } from './json.ts'

const directive = '$patch'
const retainKeys = '$retainKeys'
const elementOrder = '$setElementOrder/'
const deleteFrom = '$deleteFromPrimitiveList/'

type List = readonly unknown[]

/**
 * Applies a strategic merge patch: a merge patch whose lists are merged where the schema says so, by their items' keys,
 * and which may say more about it with directives. `document` and `patch` stay as they are. Throws BadRequest.
 */
export const applyStrategicMergePatch = (document: unknown, patch: unknown, schema: Schema): unknown => {
  if (!isFields(patch)) throw badRequest('error decoding patch: a strategic merge patch is an object')
  return mergeFields(isFields(document) ? document : {}, patch, schema)
}

const fieldOf = (schema: Schema | undefined, key: string): Schema | undefined =>
  schema?.properties && Object.hasOwn(schema.properties, key)
    ? schema.properties[key]
    : schema?.additionalProperties

const strategyOf = (schema: Schema | undefined): readonly string[] =>
  schema?.['x-kubernetes-patch-strategy']?.split(',') ?? []

const mergeFields = (original: Fields, patch: Fields, schema: Schema | undefined): Fields => {
  switch (patch[directive]) {
    case undefined:
    case 'merge':
      break
    case 'replace': {
      const { [directive]: _, ...replacement } = patch
      return replacement
    }
    case 'delete':
      return {}
    default:
      throw badRequest(`Unknown patch type found: ${JSON.stringify(patch[directive])}`)
  }
  const merged = retained(original, patch)
  const values = new Map(Object.entries(patch))
  for (const key of [directive, retainKeys]) values.delete(key)
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(elementOrder)) continue
    const name = key.slice(elementOrder.length)
    values.delete(key)
    const list = ordered(merged[name], values.get(name), order, name, fieldOf(schema, name))
    values.delete(name)
    if (list) merged[name] = list
  }
  for (const [key, value] of values) {
    if (key.startsWith(deleteFrom)) {
      const name = key.slice(deleteFrom.length)
      merged[name] = without(merged[name], value)
      if (merged[name] === undefined) delete merged[name]
    } else if (value === null) delete merged[key]
    else merged[key] = mergeValue(merged[key], value, fieldOf(schema, key))
  }
  return merged
}

const mergeValue = (original: unknown, patch: unknown, schema: Schema | undefined): unknown => {
  const strategy = strategyOf(schema)
  if (isFields(original) && isFields(patch)) {
    return strategy.includes('replace') ? plain(patch) : mergeFields(original, patch, schema)
  }
  if (Array.isArray(original) && Array.isArray(patch)) {
    return strategy.includes('merge') ? mergeLists(original, patch, schema) : patch
  }
  return plain(patch)
}

/** `$retainKeys` names the fields that may stay. */
const retained = (original: Fields, patch: Fields): Record<string, unknown> => {
  const keys = patch[retainKeys]
  if (keys === undefined) return { ...original }
  if (!Array.isArray(keys)) throw badRequest('invalid patch format of retainKeys')
  const known = Object.keys(patch).every(
    key => key.startsWith('$') || patch[key] === null || keys.includes(key),
  )
  if (!known) throw badRequest('invalid patch format of retainKeys')
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)))
}

const without = (list: unknown, values: unknown): unknown => {
  if (!Array.isArray(values)) throw badRequest('invalid patch format of primitive list')
  return Array.isArray(list) ? list.filter(each => !values.includes(each)) : list
}

const mergeLists = (original: List, patch: List, schema: Schema | undefined): List => {
  if (![...original, ...patch].some(isFields)) {
    return interleaved([...new Set([...original, ...patch])], patch, original, undefined)
  }
  const key = keyOf(schema)
  const replaces = patch.some(each => isFields(each) && each[directive] === 'replace')
  const items = replaces ? [] : [...original]
  const changes: unknown[] = []
  for (const change of patch) {
    if (!isFields(change)) throw badRequest(`a list of objects holds ${JSON.stringify(change)}`)
    const kind = change[directive]
    if (kind === 'replace') continue
    if (kind !== undefined && kind !== 'delete') {
      throw badRequest(`unrecognized patch type of a list's item: ${JSON.stringify(kind)}`)
    }
    const value = change[key]
    if (value === undefined) {
      throw badRequest(`map: ${JSON.stringify(change)} does not contain declared merge key: ${key}`)
    }
    const at = items.findIndex(each => isFields(each) && sameKey(each[key], value))
    if (kind === 'delete') {
      if (at >= 0) items.splice(at, 1)
      continue
    }
    changes.push(change)
    const item = items[at]
    if (isFields(item)) items[at] = mergeFields(item, change, schema?.items)
    else items.push(plain(change))
  }
  return interleaved(items, changes, original, key)
}

const keyOf = (schema: Schema | undefined): string => {
  const key = schema?.['x-kubernetes-patch-merge-key']
  if (key === undefined) throw badRequest('cannot merge lists without merge key')
  return key
}

/** A key may come as a number or as text: kube-apiserver compares what they print. */
const sameKey = (a: unknown, b: unknown): boolean => a === b || String(a) === String(b)

const indexIn = (list: List, item: unknown, key: string | undefined): number =>
  list.findIndex(each =>
    key !== undefined && isFields(each) && isFields(item)
      ? sameKey(each[key], item[key])
      : sameJson(each, item),
  )

/** The list under a `$setElementOrder` directive; undefined when there is none. */
const ordered = (
  original: unknown,
  patch: unknown,
  order: unknown,
  name: string,
  schema: Schema | undefined,
): List | undefined => {
  if (!Array.isArray(order)) throw badRequest('invalid patch format of setElementOrder list')
  const key = order.some(isFields) ? keyOf(schema) : undefined
  const live = Array.isArray(original) ? original : undefined
  if (patch === null) return []
  if (patch !== undefined && !Array.isArray(patch))
    throw badRequest('invalid patch format of setElementOrder list')
  for (const item of patch ?? []) {
    if (isFields(item) && item[directive] !== undefined) continue
    if (indexIn(order, item, key) < 0) {
      throw badRequest(
        `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match ${elementOrder}${name} list:\n${JSON.stringify(order)}\n`,
      )
    }
  }
  const merged = patch ? mergeValue(live, patch, schema) : live
  return Array.isArray(merged) ? interleaved(merged, order, live ?? [], key) : undefined
}

/**
 * Orders the items that the patch names as the patch has them; the others go before the first of these that they
 * stood before in the live list, else to the end.
 */
const interleaved = (items: List, patchOrder: List, liveOrder: List, key: string | undefined): List => {
  const rank = (item: unknown) => indexIn(patchOrder, item, key)
  const place = (item: unknown) => indexIn(liveOrder, item, key)
  const named = items.filter(item => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const others = items.filter(item => rank(item) < 0).sort((a, b) => place(a) - place(b))
  const all: unknown[] = []
  for (const item of named) {
    const at = place(item)
    while (at >= 0 && others.length > 0 && place(others[0]) < at) all.push(others.shift())
    all.push(item)
  }
  return [...all, ...others]
}

/** What a patch sets where nothing was: without directives and nulls. */
const plain = (patch: unknown): unknown => {
  if (Array.isArray(patch)) {
    return patch.filter(each => !(isFields(each) && each[directive] !== undefined)).map(plain)
  }
  if (!isFields(patch)) return patch
  const kept = Object.entries(patch).filter(
    ([key, value]) =>
      value !== null &&
      ![directive, retainKeys].includes(key) &&
      !/^\$(?:setElementOrder|deleteFromPrimitiveList)\//.test(key),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]))
}
