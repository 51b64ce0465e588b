import * as fc from 'fast-check'
import descriptor from '../../../mesos/protocol/descriptor.json' with { type: 'json' }

interface Node {
  readonly nested?: Readonly<Record<string, Node>>
  readonly fields?: Readonly<Record<string, Field>>
  readonly values?: Readonly<Record<string, number>>
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>
}

interface Field {
  readonly type: string
  readonly rule?: string
  readonly keyType?: string
}

const root = descriptor as Node

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: 'grapheme', maxLength: 8 }),
  bytes: fc.uint8Array({ maxLength: 8 }).map(bytes => Buffer.from(bytes).toString('base64')),
  bool: fc.boolean(),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
  int32: fc.integer(),
  uint32: fc.nat(2 ** 32 - 1),
  int64: fc.maxSafeInteger(),
  uint64: fc.maxSafeNat(),
}

const find = (path: readonly string[]): Node | undefined =>
  path.reduce<Node | undefined>((node, part) => node?.nested?.[part], root)

const resolve = (type: string, scope: readonly string[]): readonly [Node, readonly string[]] => {
  for (let depth = scope.length; depth >= 0; depth--) {
    const path = [...scope.slice(0, depth), ...type.replace(/^\./, '').split('.')]
    const node = find(path)
    if (node?.fields || node?.values) return [node, path]
  }
  throw new Error(`unknown type ${type}`)
}

const fieldOf = (field: Field, scope: readonly string[], depth: number): fc.Arbitrary<unknown> => {
  const one = scalars[field.type] ?? nodeOf(...resolve(field.type, scope), depth - 1)
  // An empty list or map is the same as none in protobuf.
  if (field.keyType) {
    return fc
      .dictionary(fc.string({ maxLength: 4 }), one, { minKeys: 1, maxKeys: 2, noNullPrototype: true })
      .filter(map => !Object.hasOwn(map, '__proto__'))
  }
  return field.rule === 'repeated' ? fc.array(one, { minLength: 1, maxLength: 2 }) : one
}

const nodeOf = (node: Node, path: readonly string[], depth: number): fc.Arbitrary<unknown> => {
  if (node.values) return fc.constantFrom(...Object.keys(node.values))
  const exclusive = new Set(Object.values(node.oneofs ?? {}).flatMap(({ oneof }) => oneof.slice(1)))
  const fields = Object.entries(node.fields ?? {}).filter(
    ([name, field]) =>
      field.rule === 'required' || (!exclusive.has(name) && (depth > 0 || scalars[field.type] !== undefined)),
  )
  return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, fieldOf(field, path, depth)])), {
    requiredKeys: fields.filter(([, field]) => field.rule === 'required').map(([name]) => name),
    noNullPrototype: true,
  } as fc.RecordConstraints<string>)
}

/** Random messages of the type in their JSON form, some levels deep. */
export const messageOf = (type: string): fc.Arbitrary<object> => {
  const path = type.split('.')
  const node = find(path)
  if (!node) throw new Error(`unknown type ${type}`)
  return nodeOf(node, path, 5) as fc.Arbitrary<object>
}
