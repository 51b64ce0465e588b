import { type Definition, definitionsFor, type Published, refPrefix } from './definitions.ts'
import { byPath, extensions, type Operation } from './operations.ts'
import { type ParameterName, parameterInfo, pathParameters } from './parameters.ts'

const schemas = '#/components/schemas/'

/** Definitions that v3 can say better than v2. */
const better: Readonly<Record<string, object>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
}

const schemaV3 = ({ $ref, items, additionalProperties, properties, ...rest }: Definition): object => ({
  ...rest,
  ...($ref && referenceV3($ref, Object.keys(rest).length === 0)),
  ...(items && { items: schemaV3(items) }),
  ...(additionalProperties && { additionalProperties: schemaV3(additionalProperties) }),
  ...(properties && {
    properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, schemaV3(each)])),
  }),
})

/** In v3 a reference stands alone: what else is said of a field stands beside `allOf`. */
const referenceV3 = ($ref: string, alone: boolean): object => {
  const reference = { $ref: schemas + $ref.slice(refPrefix.length) }
  return alone ? reference : { allOf: [reference] }
}

const content = (types: readonly string[], schema: object) =>
  Object.fromEntries(types.map(type => [type, { schema }]))

const parameterV3 = (name: ParameterName): object => {
  const { in: place, type, description } = parameterInfo[name]
  const required = place === 'path' && { required: true }
  return { name, in: place, description, ...required, schema: { type, uniqueItems: true } }
}

/** The OpenAPI v3 document of one version of one group. */
export const documentV3 = (
  published: Published,
  operations: readonly Operation[],
  version: string,
): object => {
  const { all, nameOf } = definitionsFor(published, operations)
  const schemaOf = (kind: Operation['answer']): object => {
    const name = nameOf(kind)
    return name ? { $ref: schemas + name } : { type: 'object' }
  }

  const operationV3 = (operation: Operation): object => {
    const { id, tag, method, parameters, body, answer } = operation
    const request =
      method === 'patch'
        ? content(operation.patches, { type: 'object' })
        : body && content(['*/*'], schemaOf(body))
    return {
      operationId: id,
      tags: [tag],
      parameters: parameters.map(parameterV3),
      ...(request && { requestBody: { content: request } }),
      responses: { 200: { description: 'OK', content: content(['application/json'], schemaOf(answer)) } },
      ...extensions(operation),
    }
  }

  const paths = [...byPath(operations)].map(([path, each]) => {
    const methods = each.map(operation => [operation.method, operationV3(operation)] as const)
    return [
      path,
      { ...Object.fromEntries(methods), parameters: pathParameters(path).map(parameterV3) },
    ] as const
  })
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths),
    components: {
      schemas: Object.fromEntries(
        [...all].map(([name, each]) => [name, { ...schemaV3(each), ...better[name], ...typeless(name) }]),
      ),
    },
  }
}

/** `oneOf` takes the place of the type. */
const typeless = (name: string) => better[name] && { type: undefined }
