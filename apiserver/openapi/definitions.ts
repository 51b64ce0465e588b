import type { Kind } from '../../api/kind.ts'
import { builtInDefinitions } from './built-in-definitions.ts'
import { customDefinitions } from './custom-definitions.ts'
import type { Operation } from './operations.ts'

type GroupVersionKind = Pick<Kind, 'group' | 'version' | 'kind'>

/** A definition as it is published, with its `$ref`s. */
export interface Definition {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly required?: readonly string[]
  readonly items?: Definition
  readonly additionalProperties?: Definition
  readonly properties?: Readonly<Record<string, Definition>>
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[]
}

export interface Definitions {
  /** By name, `io.k8s.api.core.v1.Pod`. */
  readonly all: ReadonlyMap<string, Definition>
  /** The name of a kind's definition; undefined for kinds that have none. */
  nameOf(kind: GroupVersionKind): string | undefined
}

export const refPrefix = '#/definitions/'

const keyOf = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`

/** All that Kubernetes publishes, and what these kinds bring along. To be let go of when the documents are made: it takes a few megabytes. */
export interface Published {
  readonly definitions: Readonly<Record<string, Definition>>
  /** Names of definitions by the kinds that they describe. */
  readonly names: ReadonlyMap<string, string>
}

export const readPublished = (kinds: readonly Kind[]): Published => {
  const definitions = { ...builtInDefinitions(), ...customDefinitions(kinds) }
  const names = new Map<string, string>()
  for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions)) {
    for (const kind of kinds) names.set(keyOf(kind), name)
  }
  return { definitions, names }
}

/** What these operations take and answer, and all that it is made of. */
export const definitionsFor = (
  { definitions, names }: Published,
  operations: readonly Operation[],
): Definitions => {
  const all = new Map<string, Definition>()
  const add = (name: string): void => {
    const definition = definitions[name]
    if (!definition || all.has(name)) return
    all.set(name, definition)
    addParts(definition)
  }
  const addParts = ({ $ref, items, additionalProperties, properties = {} }: Definition): void => {
    if ($ref) add($ref.slice(refPrefix.length))
    for (const part of [items, additionalProperties, ...Object.values(properties)]) if (part) addParts(part)
  }
  for (const { kind, body, answer } of operations) {
    for (const each of [kind, body, answer]) add((each && names.get(keyOf(each))) ?? '')
  }
  return { all: new Map([...all].sort()), nameOf: kind => names.get(keyOf(kind)) }
}
