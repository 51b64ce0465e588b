import type { Kind } from '../../api/kind.ts'
import { listKindOf } from '../../api/kind.ts'
import type { Definition } from './definitions.ts'

const meta = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1'

const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md'

/** What every object has, with Kubernetes' own words for it: `kubectl explain` shows them. */
const common = (metadata: string) => ({
  apiVersion: {
    type: 'string',
    description:
      'APIVersion defines the versioned schema of this representation of an object. Servers should convert ' +
      'recognized schemas to the latest internal value, and may reject unrecognized values. ' +
      `More info: ${conventions}#resources`,
  },
  kind: {
    type: 'string',
    description:
      'Kind is a string value representing the REST resource this object represents. Servers may infer this from ' +
      'the endpoint the client submits requests to. Cannot be updated. In CamelCase. ' +
      `More info: ${conventions}#types-kinds`,
  },
  metadata: {
    $ref: `${meta}.${metadata}`,
    description: `Standard ${metadata === 'ListMeta' ? 'list' : "object's"} metadata. More info: ${conventions}#metadata`,
  },
})

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
