import { type CST, isScalar, LineCounter, Parser, parse } from 'yaml'
import { countFields, deepest, TooDeep } from '../../api/nesting.ts'
import { type Faults, parseJson } from './json.ts'

/**
 * Parses YAML as Go's decoder does: of a key that a map has twice the last counts. `faults` takes those keys. Throws
 * TooDeep, and the errors of the parsers.
 */
export const parseYaml = (text: string, faults?: Faults): unknown => {
  // kubectl applies JSON, and calls it YAML.
  if (/^\s*\{/.test(text) && isJson(text)) return parseJson(text, faults)
  checkDepth(text)
  const lines = new LineCounter()
  const duplicates: string[] = []
  const parsed: unknown = parse(text, {
    maxAliasCount: 100,
    logLevel: 'error',
    lineCounter: lines,
    uniqueKeys(a, b) {
      if (isScalar(a) && isScalar(b) && a.value === b.value) {
        const { line } = lines.linePos(b.range?.[0] ?? 0)
        duplicates.push(`  line ${line}: key ${JSON.stringify(b.value)} already set in map`)
      }
      return false
    },
  })
  countFields(parsed)
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

/** The parser of texts keeps no stack, the composer of values does: one that is full ends the whole process. */
const checkDepth = (text: string): void => {
  for (const token of new Parser().parse(text)) {
    let level: readonly CST.Token[] = [token]
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > deepest) throw new TooDeep()
      level = level.flatMap(inner)
    }
  }
}

/** What stands directly in a token. */
const inner = (token: CST.Token): readonly CST.Token[] => {
  if (token.type === 'document') return token.value ? [token.value] : []
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat())
}
