import { isScalar, LineCounter, parse } from 'yaml'

/** Parses YAML as Go's decoder does: of a key that a map has twice the last counts. `faults` takes those keys. */
export const parseYaml = (text: string, faults?: string[]): unknown => {
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
  if (duplicates.length > 0) {
    faults?.push(['error converting YAML to JSON: yaml: unmarshal errors:', ...duplicates].join('\n'))
  }
  return parsed
}
