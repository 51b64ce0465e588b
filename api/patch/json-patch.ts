import { badRequest, tooLarge, unprocessable } from '../errors.ts'
import { isFields, sameJson } from './json.ts'

type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }

const maxOperations = 10_000

/** Characters that the copies of a patch may come to, as many as a body may have bytes. */
const maxCopied = 3 * 1024 * 1024

/** Takes the body of a request for a JSON patch (RFC 6902). Throws BadRequest. */
export const readJsonPatch = (body: unknown): readonly Operation[] => {
  if (!Array.isArray(body)) throw badRequest('error decoding patch: a JSON patch is a list of operations')
  if (body.length > maxOperations)
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${body.length}`)
  return body.map(readOperation)
}

const readOperation = (given: unknown): Operation => {
  const { op, path, from, value } = isFields(given) ? given : {}
  if (typeof path !== 'string' || !isPointer(path))
    throw badRequest(`error decoding patch: no path: ${shown(given)}`)
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      return { op, path, value: value ?? null }
    case 'remove':
      return { op, path }
    case 'move':
    case 'copy':
      if (typeof from !== 'string' || !isPointer(from))
        throw badRequest(`error decoding patch: no from: ${shown(given)}`)
      return { op, path, from }
    default:
      throw badRequest(`error decoding patch: unexpected kind: ${shown(op)}`)
  }
}

const isPointer = (text: string): boolean => text === '' || text.startsWith('/')
const shown = (value: unknown): string => JSON.stringify(value) ?? 'none'

/** The patched document; `document` stays as it is. Throws Invalid, without a word on why, as kube-apiserver. */
export const applyJsonPatch = (document: unknown, operations: readonly Operation[]): unknown => {
  let copied = 0
  return operations.reduce((patched, operation) => {
    if (operation.op === 'copy') {
      // A copy of a copy of a copy would double until nobody has room for it.
      copied += JSON.stringify(read(patched, tokens(operation.from))).length
      if (copied > maxCopied) throw unprocessable()
    }
    return step(patched, operation)
  }, document)
}

const step = (document: unknown, operation: Operation): unknown => {
  const path = tokens(operation.path)
  switch (operation.op) {
    case 'add':
      return write(document, path, operation.value, 'add')
    case 'replace':
      return write(document, path, operation.value, 'replace')
    case 'remove':
      return remove(document, path)
    case 'test':
      if (!sameJson(find(document, path) ?? null, operation.value)) throw unprocessable()
      return document
    case 'copy':
      return write(document, path, read(document, tokens(operation.from)), 'add')
    case 'move': {
      const from = tokens(operation.from)
      const value = read(document, from)
      if (operation.path === operation.from) return document
      if (operation.path.startsWith(`${operation.from}/`)) throw unprocessable()
      return write(remove(document, from), path, value, 'add')
    }
  }
}

type Path = readonly string[]

const tokens = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The place that the token names in the list: undefined when it is none, or beyond the end. */
const indexIn = (list: readonly unknown[], token: string): number | undefined =>
  /^(?:0|[1-9]\d{0,8})$/.test(token) && Number(token) < list.length ? Number(token) : undefined

/** What is there; undefined when nothing is. */
const find = (value: unknown, path: Path): unknown => {
  let found = value
  for (const token of path) {
    if (Array.isArray(found)) {
      const index = indexIn(found, token)
      found = index === undefined ? undefined : found[index]
    } else {
      found = isFields(found) && Object.hasOwn(found, token) ? found[token] : undefined
    }
  }
  return found
}

const read = (value: unknown, path: Path): unknown => {
  const found = find(value, path)
  if (found === undefined) throw unprocessable()
  return found
}

/** Copies the containers on the way; `change` makes the last one anew. */
const along = (value: unknown, path: Path, change: (parent: unknown, token: string) => unknown): unknown => {
  const [token = '', ...rest] = path
  if (rest.length === 0) return change(value, token)
  const changed = along(read(value, [token]), rest, change)
  if (Array.isArray(value)) return value.with(Number(token), changed)
  return { ...(value as object), [token]: changed }
}

const write = (document: unknown, path: Path, value: unknown, op: 'add' | 'replace'): unknown => {
  if (path.length === 0) return value
  return along(document, path, (parent, token) => {
    if (op === 'replace') read(parent, [token])
    if (Array.isArray(parent)) {
      const index =
        op === 'add' && (token === '-' || token === String(parent.length))
          ? parent.length
          : indexIn(parent, token)
      if (index === undefined) throw unprocessable()
      return parent.toSpliced(index, op === 'add' ? 0 : 1, value)
    }
    if (!isFields(parent)) throw unprocessable()
    return { ...parent, [token]: value }
  })
}

const remove = (document: unknown, path: Path): unknown => {
  // There has to be a document.
  if (path.length === 0) throw unprocessable()
  return along(document, path, (parent, token) => {
    read(parent, [token])
    if (Array.isArray(parent)) return parent.toSpliced(Number(token), 1)
    const { [token]: _, ...others } = parent as Record<string, unknown>
    return others
  })
}
