import { type Definition, definitionsFor, type Published, refPrefix } from './definitions.ts'
import { byPath, extensions, type Operation } from './operations.ts'
import { type ParameterName, parameterInfo, pathParameters } from './parameters.ts'

/** The parts of an OpenAPI v2 document that clients of Kubernetes look at. */
export interface DocumentV2 {
  readonly swagger: '2.0'
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, PathV2>>
  readonly definitions: Readonly<Record<string, Definition>>
  readonly parameters: Readonly<Record<string, ParameterV2>>
}

export interface PathV2 {
  /** Left out where the path has none, as Go's types leave it out. */
  readonly parameters?: readonly (ParameterV2 | Reference)[]
  readonly [method: string]: OperationV2 | readonly (ParameterV2 | Reference)[] | undefined
}

export interface OperationV2 {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
  readonly parameters: readonly (ParameterV2 | Reference)[]
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: Definition }>>
  readonly 'x-kubernetes-action': string
  readonly 'x-kubernetes-group-version-kind': object
}

/** To one of the document's parameters. */
export interface Reference {
  readonly $ref: string
}

export interface ParameterV2 {
  readonly name: string
  readonly in: 'path' | 'query' | 'body'
  readonly required?: boolean
  readonly type?: string
  readonly description?: string
  readonly uniqueItems?: boolean
  readonly schema?: Definition
}

const produces = ['application/json', 'application/yaml']

export const documentV2 = (
  published: Published,
  operations: readonly Operation[],
  version: string,
): DocumentV2 => {
  const { all, nameOf } = definitionsFor(published, operations)
  const schemaOf = (kind: Operation['answer'] | undefined): Definition => {
    const name = kind && nameOf(kind)
    return name ? { $ref: refPrefix + name } : { type: 'object' }
  }

  const operationV2 = (operation: Operation): OperationV2 => {
    const { id, tag, method, parameters, body, answer } = operation
    const query = parameters.map(name => (inPlace.has(name) ? parameterV2(name) : reference(name)))
    const hasBody = body !== undefined || method === 'patch'
    const bodyParameter = { name: 'body', in: 'body', schema: schemaOf(body) } as const
    return {
      operationId: id,
      tags: [tag],
      consumes: method === 'patch' ? operation.patches : ['*/*'],
      produces,
      parameters: [...(hasBody ? [bodyParameter] : []), ...query],
      responses: { 200: { description: 'OK', schema: schemaOf(answer) } },
      ...extensions(operation),
    }
  }

  const paths = [...byPath(operations)].map(([path, each]) => {
    const methods = each.map(operation => [operation.method, operationV2(operation)] as const)
    return [
      path,
      { ...Object.fromEntries(methods), parameters: pathParameters(path).map(reference) },
    ] as const
  })
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths),
    definitions: Object.fromEntries([...all].map(([name, each]) => [name, open(each)])),
    parameters: Object.fromEntries(names.map(name => [name, parameterV2(name)])),
  }
}

const names = Object.keys(parameterInfo) as ParameterName[]

/** kubectl looks for these, and that of old follows no reference. */
const inPlace: ReadonlySet<ParameterName> = new Set(['dryRun', 'fieldValidation'])

const parameterV2 = (name: ParameterName): ParameterV2 => {
  const info = parameterInfo[name]
  return { name, ...info, uniqueItems: true, ...(info.in === 'path' && { required: true }) }
}

const reference = (name: ParameterName): Reference => ({ $ref: `#/parameters/${name}` })

/** kubectl takes fields that are not told of for wrong ones: of what may hold any field, none is told. */
const open = (definition: Definition): Definition => {
  if (!definition['x-kubernetes-preserve-unknown-fields']) return definition
  const named = 'x-kubernetes-group-version-kind'
  return { type: 'object', [named]: definition[named] ?? [] }
}
