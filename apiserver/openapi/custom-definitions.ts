import type { Kind } from '../../api/kind.ts'
import { listKindOf } from '../../api/kind.ts'
import { common } from './common-fields.ts'
import type { Definition } from './definitions.ts'

/** The definitions of kinds that are not Kubernetes' own, by name: `com.example.v1.Cache`, `com.example.v1.CacheList`. */
export const customDefinitions = (kinds: readonly Kind[]): Record<string, Definition> =>
  Object.fromEntries(kinds.flatMap(definitionsOf))

const definitionsOf = (kind: Kind): (readonly [name: string, definition: Definition])[] => {
  const { group, version, custom } = kind
  if (!custom) return []
  const prefix = [...group.split('.').reverse(), version].join('.')
  const named = (name: string) => ({ 'x-kubernetes-group-version-kind': [{ group, version, kind: name }] })
  const { properties, ...rest } = custom.structural as Definition
  const listKind = listKindOf(kind)
  const item = `${prefix}.${kind.kind}`
  return [
    [
      item,
      {
        ...rest,
        properties: {
          ...common('ObjectMeta'),
          ...without(properties, 'apiVersion', 'kind', 'metadata'),
        },
        ...named(kind.kind),
      },
    ],
    [
      `${prefix}.${listKind}`,
      {
        type: 'object',
        required: ['items'],
        properties: {
          ...common('ListMeta'),
          items: { type: 'array', items: { $ref: `#/definitions/${item}` } },
        },
        ...named(listKind),
      },
    ],
  ]
}

const without = <T>(members: Readonly<Record<string, T>> = {}, ...names: string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
