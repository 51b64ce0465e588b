import protobuf from 'protobufjs/light.js'
import { readProtobufDescriptor } from '../schema/protobuf.ts'

/** What every object begins with; a `runtime.Unknown` follows. */
export const magic = Buffer.from('k8s\0')

export const apimachinery = 'k8s.io.apimachinery.pkg'
export const meta = `${apimachinery}.apis.meta.v1`
export const apiextensions = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1'

/** Of the groups that are not in k8s.io.api. Kinds of meta.k8s.io/v1beta1 are those of v1. */
const packages: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/v1': apiextensions,
  'apiregistration.k8s.io/v1': 'k8s.io.kube_aggregator.pkg.apis.apiregistration.v1',
  'meta.k8s.io/v1': meta,
  'meta.k8s.io/v1beta1': meta,
}

/** Made when it is first needed: it takes memory, and most servers never see protobuf. */
const root = (): protobuf.Root => {
  if (known) return known
  known = protobuf.Root.fromJSON(readProtobufDescriptor() as protobuf.INamespace)
  known.resolveAll()
  return known
}

let known: protobuf.Root | undefined

const lookUp = (path: string): protobuf.Type | undefined => {
  const found = root().lookup(path)
  return found instanceof protobuf.Type ? found : undefined
}

/** The message of a kind; undefined for those that have none, as custom ones. */
export const typeOf = (apiVersion: string, kind: string): protobuf.Type | undefined => {
  // Options are of meta.k8s.io, whatever version the client says they are of.
  if (kind.endsWith('Options')) return lookUp(`${meta}.${kind}`)
  const elsewhere = packages[apiVersion]
  if (elsewhere) return lookUp(`${elsewhere}.${kind}`)
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  const type = lookUp(`k8s.io.api.${group.split('.', 1)[0]}.${version}.${kind}`)
  // Status and what discovery tells are of the unnamed group.
  return type ?? (apiVersion === 'v1' ? lookUp(`${meta}.${kind}`) : undefined)
}

export const unknownType = (): protobuf.Type => root().lookupType(`${apimachinery}.runtime.Unknown`)
export const watchEventType = (): protobuf.Type => root().lookupType(`${meta}.WatchEvent`)

/** The name of a field in JSON. */
export const jsonNameOf = ({ name, options }: protobuf.Field): string => {
  const other: unknown = options?.['(json)']
  return typeof other === 'string' ? other : name
}

/** Its fields stand in JSON where it would stand. */
export const isInline = ({ options }: protobuf.Field): boolean => options?.['(inline)'] === true

/** Its zero value is told in JSON. */
export const keepsZero = ({ options }: protobuf.Field): boolean => options?.['(zero)'] === true
