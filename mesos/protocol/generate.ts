// Writes messages.gen.ts, the TypeScript types of the Mesos v1 API, from descriptor.json.
// Run: node --import tsx mesos/protocol/generate.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Field {
  readonly type: string
  readonly rule?: string
  readonly keyType?: string
}
interface Node {
  readonly nested?: Record<string, Node>
  readonly fields?: Record<string, Field>
  readonly values?: Record<string, number>
}

const scalars: Record<string, string> = {
  string: 'string',
  bytes: 'string',
  bool: 'boolean',
  double: 'number',
  float: 'number',
  int32: 'number',
  uint32: 'number',
  int64: 'number',
  uint64: 'number',
}

/** The source text of the types in the descriptor, for the messages of mesos.v1 and below. */
export const generate = (descriptor: Node): string => {
  const types: string[] = []
  const names = new Map<string, string>()

  /** mesos.v1.scheduler.Call.Accept becomes SchedulerCallAccept, mesos.v1.Offer.Operation OfferOperation. */
  const nameOf = (path: readonly string[]): string =>
    path
      .slice(path[0] === 'mesos' ? 2 : 0)
      .map(part => part[0]!.toUpperCase() + part.slice(1))
      .join('')

  const collect = (node: Node, path: readonly string[]): void => {
    if (node.fields || node.values) names.set(path.join('.'), nameOf(path))
    for (const [name, child] of Object.entries(node.nested ?? {})) collect(child, [...path, name])
  }

  const resolve = (type: string, scope: readonly string[]): string => {
    if (scalars[type]) return scalars[type]
    for (let depth = scope.length; depth >= 0; depth--) {
      const found = names.get([...scope.slice(0, depth), type.replace(/^\./, '')].join('.'))
      if (found) return found
    }
    throw new Error(`unknown type ${type} in ${scope.join('.')}`)
  }

  const emit = (node: Node, path: readonly string[]): void => {
    if (node.values) {
      const values = Object.keys(node.values).map(value => `'${value}'`)
      types.push(`export type ${nameOf(path)} = ${values.join(' | ')}`)
    } else if (node.fields) {
      const fields = Object.entries(node.fields).map(([name, field]) => {
        const type = resolve(field.type, path)
        if (field.keyType) return `  ${name}?: Readonly<Record<string, ${type}>>`
        if (field.rule === 'repeated') return `  ${name}?: readonly ${type}[]`
        return `  ${name}${field.rule === 'required' ? '' : '?'}: ${type}`
      })
      types.push(`export interface ${nameOf(path)} {\n${fields.join('\n')}\n}`)
    }
    for (const [name, child] of Object.entries(node.nested ?? {})) emit(child, [...path, name])
  }

  collect(descriptor, [])
  emit(descriptor, [])
  return `// Generated from descriptor.json by generate.ts. Do not edit.\n\n${types.join('\n\n')}\n`
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(here('messages.gen.ts'), generate(JSON.parse(readFileSync(here('descriptor.json'), 'utf8'))))
}
