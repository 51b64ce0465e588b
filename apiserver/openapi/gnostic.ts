import protobuf from 'protobufjs/light.js'
import type { Definition } from './definitions.ts'
import type { DocumentV2, OperationV2, ParameterV2, PathV2, Reference } from './v2.ts'

/** `name:number:type`, with `*` behind the type of what is repeated. */
const message = (...fields: readonly string[]) => ({
  fields: Object.fromEntries(
    fields.map(field => {
      const [name = '', id, type = ''] = field.split(':')
      const repeated = type.endsWith('*')
      return [
        name,
        { id: Number(id), type: type.replace('*', ''), ...(repeated && { rule: 'repeated' as const }) },
      ]
    }),
  ),
})

/** What we use of `openapi.v2` of gnostic's OpenAPIv2.proto, which kubectl reads. The members of its oneofs are fields. */
const messages = {
  Document: message(
    'swagger:1:string',
    'info:2:Info',
    'paths:8:Paths',
    'definitions:9:Definitions',
    'parameters:10:ParameterDefinitions',
  ),
  Info: message('title:1:string', 'version:2:string'),
  Paths: message('path:2:NamedPathItem*'),
  NamedPathItem: message('name:1:string', 'value:2:PathItem'),
  PathItem: message(
    'get:2:Operation',
    'put:3:Operation',
    'post:4:Operation',
    'delete:5:Operation',
    'patch:8:Operation',
    'parameters:9:ParametersItem*',
  ),
  Operation: message(
    'tags:1:string*',
    'operationId:5:string',
    'produces:6:string*',
    'consumes:7:string*',
    'parameters:8:ParametersItem*',
    'responses:9:Responses',
    'vendorExtension:13:NamedAny*',
  ),
  ParametersItem: message('parameter:1:Parameter', 'jsonReference:2:JsonReference'),
  JsonReference: message('_ref:1:string'),
  ParameterDefinitions: message('additionalProperties:1:NamedParameter*'),
  NamedParameter: message('name:1:string', 'value:2:Parameter'),
  Parameter: message('bodyParameter:1:BodyParameter', 'nonBodyParameter:2:NonBodyParameter'),
  BodyParameter: message('name:2:string', 'in:3:string', 'required:4:bool', 'schema:5:Schema'),
  NonBodyParameter: message('query:3:QueryParameter', 'path:4:PathParameter'),
  QueryParameter: message(
    'required:1:bool',
    'in:2:string',
    'description:3:string',
    'name:4:string',
    'type:6:string',
    'uniqueItems:20:bool',
  ),
  PathParameter: message(
    'required:1:bool',
    'in:2:string',
    'description:3:string',
    'name:4:string',
    'type:5:string',
    'uniqueItems:19:bool',
  ),
  Responses: message('responseCode:1:NamedResponseValue*'),
  NamedResponseValue: message('name:1:string', 'value:2:ResponseValue'),
  ResponseValue: message('response:1:Response'),
  Response: message('description:1:string', 'schema:2:SchemaItem'),
  SchemaItem: message('schema:1:Schema'),
  Definitions: message('additionalProperties:1:NamedSchema*'),
  NamedSchema: message('name:1:string', 'value:2:Schema'),
  Schema: message(
    '_ref:1:string',
    'format:2:string',
    'description:4:string',
    'required:19:string*',
    'additionalProperties:21:AdditionalProperties',
    'type:22:TypeItem',
    'items:23:ItemsItem',
    'properties:25:Definitions',
    'vendorExtension:31:NamedAny*',
  ),
  AdditionalProperties: message('schema:1:Schema'),
  TypeItem: message('value:1:string*'),
  ItemsItem: message('schema:1:Schema*'),
  NamedAny: message('name:1:string', 'value:2:Any'),
  Any: message('yaml:2:string'),
}

const named = <T>(values: Readonly<Record<string, T>>, encode: (value: T) => object): object[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: encode(value) }))

/** JSON is YAML. */
const extension = (values: object): object[] =>
  named(Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('x-'))), value => ({
    yaml: `${JSON.stringify(value)}\n`,
  }))

const schema = ({
  $ref,
  type,
  format,
  description,
  required,
  items,
  additionalProperties,
  properties,
  ...rest
}: Definition): object => ({
  ...($ref && { _ref: $ref }),
  ...(type && { type: { value: [type] } }),
  ...(format && { format }),
  ...(description && { description }),
  ...(required && { required }),
  ...(items && { items: { schema: [schema(items)] } }),
  ...(additionalProperties && { additionalProperties: { schema: schema(additionalProperties) } }),
  ...(properties && { properties: { additionalProperties: named(properties, schema) } }),
  vendorExtension: extension(rest),
})

const parameter = ({ schema: body, ...rest }: ParameterV2): object =>
  rest.in === 'body'
    ? { bodyParameter: { ...rest, ...(body && { schema: schema(body) }) } }
    : { nonBodyParameter: { [rest.in]: rest } }

const parameterItem = (item: ParameterV2 | Reference): object =>
  '$ref' in item ? { jsonReference: { _ref: item.$ref } } : { parameter: parameter(item) }

const operation = ({ parameters, responses, ...rest }: OperationV2): object => ({
  ...rest,
  parameters: parameters.map(parameterItem),
  responses: {
    responseCode: named(responses, ({ description, schema: answer }) => ({
      response: { description, ...(answer && { schema: { schema: schema(answer) } }) },
    })),
  },
  vendorExtension: extension(rest),
})

const pathItem = ({ parameters = [], ...methods }: PathV2): object => ({
  ...Object.fromEntries(
    Object.entries(methods as Readonly<Record<string, OperationV2>>).map(([method, each]) => [
      method,
      operation(each),
    ]),
  ),
  parameters: parameters.map(parameterItem),
})

/** The document in protobuf, as kubectl asks for it. */
export const encodeDocument = ({ swagger, info, paths, definitions, parameters }: DocumentV2): Uint8Array => {
  const type = protobuf.Root.fromJSON({ nested: messages }).lookupType('Document')
  const document = {
    swagger,
    info,
    paths: { path: named(paths, pathItem) },
    definitions: { additionalProperties: named(definitions, schema) },
    parameters: { additionalProperties: named(parameters, parameter) },
  }
  return type.encode(type.fromObject(document)).finish()
}
