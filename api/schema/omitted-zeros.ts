import { readProtobufDescriptor } from './protobuf.ts'
import type { Schema } from './schema.ts'

interface Descriptor {
  readonly nested?: Readonly<Record<string, Descriptor>>
  readonly fields?: Readonly<Record<string, { readonly options?: Readonly<Record<string, unknown>> }>>
}

/**
 * Tells of a definition which of its fields are left out when they are empty, as Go's JSON of them is: lists and maps
 * that are not required, and, where the protobuf descriptor does not say otherwise, false, 0 and ''.
 */
export const omittedZeros = (): ((definition: string, schema: Schema) => ReadonlySet<string>) => {
  const root: Descriptor = readProtobufDescriptor()
  return (definition, { properties = {}, required = [] }) => {
    const scalars = scalarsOf(messageOf(root, definition))
    const fields = Object.entries(properties)
      .filter(([name]) => !required.includes(name))
      .filter(([name, schema]) => isMany(schema) || (isScalar(schema) && scalars.has(name)))
      .map(([name]) => name)
    return new Set(fields)
  }
}

const isMany = ({ type, additionalProperties }: Schema): boolean =>
  type === 'array' || additionalProperties !== undefined

const isScalar = ({ type }: Schema): boolean => type !== undefined && type !== 'object'

/** `io.k8s.api.core.v1.Pod` is `k8s.io.api.core.v1.Pod` there. */
const messageOf = (root: Descriptor, definition: string): Descriptor | undefined =>
  definition
    .replace(/^io\.k8s\./, 'k8s.io.')
    .replaceAll('-', '_')
    .split('.')
    .reduce<Descriptor | undefined>((each, name) => each?.nested?.[name], root)

/** The names in JSON of the fields whose zero value is left out. */
const scalarsOf = (message: Descriptor | undefined): ReadonlySet<string> =>
  new Set(
    Object.entries(message?.fields ?? {})
      .filter(([, { options }]) => options?.['(zero)'] !== true)
      .map(([name, { options }]) => (typeof options?.['(json)'] === 'string' ? options['(json)'] : name)),
  )
