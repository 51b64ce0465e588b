import { defineKind } from '../define.ts'
import { StatusError } from '../errors.ts'
import type { Kind, Scalable, Strategy } from '../kind.ts'
import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'
import type { Resource } from '../resource.ts'
import { checkMetadata, clearServerMetadata } from '../validation/metadata.ts'
import { columnsOf } from './columns.ts'
import type { Custom } from './custom.ts'
import { applyDefaults } from './defaults.ts'
import { parseSimplePath } from './json-path.ts'
import { pruneResource } from './prune.ts'
import { schemaOfResource } from './schema.ts'
import { type Fields, isFields, type Structural } from './structural.ts'
import { checkResource } from './validate.ts'

type Version = CustomResourceDefinition['spec']['versions'][number]
type Object = Resource & Fields

/** The kind that a version of an accepted definition makes. */
export const kindOfDefinition = (definition: CustomResourceDefinition, version: Version): Kind => {
  const { metadata, spec, status } = definition
  const names = status?.acceptedNames ?? spec.names
  const structural: Structural = version.schema?.openAPIV3Schema ?? {}
  const { status: hasStatus, scale } = version.subresources ?? {}
  return defineKind<Object>({
    group: spec.group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? '',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    subresources: [...(hasStatus ? (['status'] as const) : []), ...(scale ? (['scale'] as const) : [])],
    ...(scale && { scale: scaleBy(scale) }),
    columns: columnsOf(version.additionalPrinterColumns),
    strategy: strategyOf(structural, hasStatus !== undefined, metadata.deletionTimestamp !== undefined),
    custom: customOf(definition, structural),
  })
}

const customOf = ({ spec, status }: CustomResourceDefinition, structural: Structural): Custom => ({
  structural,
  schema: schemaOfResource(structural),
  listKind: status?.acceptedNames?.listKind ?? spec.names.listKind ?? `${spec.names.kind}List`,
  storageVersion: spec.versions.find(({ storage }) => storage)?.name ?? '',
  prune: (object, unknown) => pruneResource(object, structural, unknown),
})

const strategyOf = (structural: Structural, hasStatus: boolean, terminating: boolean): Strategy<Object> => {
  const check = (object: Object) => [...checkMetadata(object.metadata), ...checkResource(object, structural)]
  const status = structural.properties?.status
  return {
    default: draft => applyDefaults(draft, structural),
    prepareCreate: draft => {
      if (terminating) throw refused()
      clearServerMetadata(draft.metadata)
      if (hasStatus) delete draft.status
    },
    prepareStatus: draft => {
      if (status) applyDefaults(draft.status, status)
    },
    validate: check,
    validateSubresource: check,
  }
}

/** The definition goes, and all its objects. */
const refused = (): StatusError =>
  new StatusError({
    reason: 'MethodNotAllowed',
    code: 405,
    message: 'create not allowed while custom resource definition is terminating',
    details: {},
  })

type Scale = NonNullable<NonNullable<Version['subresources']>['scale']>

const scaleBy = ({ specReplicasPath, statusReplicasPath, labelSelectorPath }: Scale): Scalable<Object> => {
  const selector = parseSimplePath(labelSelectorPath ?? '')
  return {
    wanted: parseSimplePath(specReplicasPath) ?? [],
    current: parseSimplePath(statusReplicasPath) ?? [],
    selector: object => {
      const found = selector?.reduce<unknown>((each, key) => (isFields(each) ? each[key] : undefined), object)
      return typeof found === 'string' ? found : ''
    },
  }
}
