import {
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml'
import { countFields, deepest, TooDeep } from '../../api/nesting.ts'
import { goSchema } from './go-yaml.ts'
import { type Faults, parseJson } from './json.ts'

/** Values that a document may have by way of aliases, as Go's decoder has it. */
const aliasedLimit = 400_000

/**
 * Parses YAML as Go's decoder does: of a key that a map has twice the last counts. `faults` takes those keys. Throws
 * TooDeep, and the errors of the parsers.
 */
export const parseYaml = (text: string, faults?: Faults): unknown => {
  // kubectl applies JSON, and calls it YAML.
  if (/^\s*\{/.test(text) && isJson(text)) return parseJson(text, faults)
  const events = readEvents(text)
  if (events.length === 0) return null
  checkAliases(text, events)
  const [parsed, ...others] = construct(text, events)
  if (others.length > 0) throw new YAMLException('a body is one document, not several')
  countFields(parsed)
  const duplicates = faults ? duplicateKeys(text, events) : []
  if (duplicates.length > 0) {
    faults?.texts.push(['error converting YAML to JSON: yaml: unmarshal errors:', ...duplicates].join('\n'))
  }
  return parsed
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Go's words for where a document is wrong. */
const inGoWords = (error: unknown): unknown => {
  if (!(error instanceof YAMLException)) return error
  if (error.reason.startsWith('nesting exceeded')) return new TooDeep()
  const { line } = error.mark ?? {}
  return new Error(`yaml: ${line === undefined ? '' : `line ${line + 1}: `}${error.reason}`, { cause: error })
}

const readEvents = (text: string): Event[] => {
  try {
    return parseEvents(text, { maxDepth: deepest })
  } catch (error) {
    throw inGoWords(error)
  }
}

const construct = (source: string, events: Event[]): unknown[] => {
  try {
    return constructFromEvents(events, { source, schema: goSchema, json: true })
  } catch (error) {
    throw inGoWords(error)
  }
}

/** Values stand once in memory however often they are named: who walks through them meets each of them every time. */
const checkAliases = (text: string, events: readonly Event[]): void => {
  /** How many values each anchor stands for; undefined while it is not complete. */
  const anchors = new Map<string, number | undefined>()
  const open: { readonly anchor: string | undefined; size: number }[] = []
  const anchorOf = ({ anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number }) =>
    anchorStart < 0 ? undefined : text.slice(anchorStart, anchorEnd)
  let aliased = 0
  const add = (size: number): void => {
    const parent = open.at(-1)
    if (parent) parent.size += size
  }
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        open.push({ anchor: undefined, size: 0 })
        break
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const anchor = anchorOf(event)
        if (anchor !== undefined) anchors.set(anchor, undefined)
        open.push({ anchor, size: 1 })
        break
      }
      case EVENT_ID.SCALAR: {
        const anchor = anchorOf(event)
        if (anchor !== undefined) anchors.set(anchor, 1)
        add(1)
        break
      }
      case EVENT_ID.ALIAS: {
        const anchor = anchorOf(event) ?? ''
        const size = anchors.get(anchor)
        if (size === undefined && anchors.has(anchor)) {
          throw new YAMLException(`yaml: anchor '${anchor}' value contains itself`)
        }
        aliased += size ?? 0
        if (aliased > aliasedLimit) throw new YAMLException('yaml: document contains excessive aliasing')
        add(size ?? 0)
        break
      }
      case EVENT_ID.POP: {
        const closed = open.pop()
        if (closed?.anchor !== undefined) anchors.set(closed.anchor, closed.size)
        add(closed?.size ?? 0)
      }
    }
  }
}

/** The keys that a map has more than once, in Go's words. */
const duplicateKeys = (text: string, events: readonly Event[]): string[] => {
  const found: string[] = []
  const lineOf = lineCounter(text)
  /** Of maps: the keys so far, and whether the next node is one. */
  const open: { readonly keys?: Set<string>; awaitsKey: boolean }[] = []
  for (const event of events) {
    const parent = open.at(-1)
    if (event.type === EVENT_ID.POP) {
      open.pop()
      continue
    }
    if (parent?.keys && parent.awaitsKey && event.type === EVENT_ID.SCALAR) {
      const key = getScalarValue(text, event)
      if (parent.keys.has(key)) {
        found.push(`  line ${lineOf(event)}: key ${JSON.stringify(key)} already set in map`)
      }
      parent.keys.add(key)
    }
    if (parent) parent.awaitsKey = !parent.awaitsKey
    if (event.type === EVENT_ID.MAPPING) open.push({ keys: new Set(), awaitsKey: true })
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT)
      open.push({ awaitsKey: false })
  }
  return found
}

/** Tells the lines of values that it is asked for in their order. */
const lineCounter = (text: string): ((event: ScalarEvent) => number) => {
  let line = 1
  let next = text.indexOf('\n')
  return ({ valueStart }) => {
    while (next >= 0 && next < valueStart) {
      line++
      next = text.indexOf('\n', next + 1)
    }
    return line
  }
}
