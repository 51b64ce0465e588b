import { defineKind } from '../define.ts'
import { StatusError } from '../errors.ts'
import type { Kind, Scalable, Storage, Strategy } from '../kind.ts'
import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'
import type { Resource } from '../resource.ts'
import { checkMetadata, clearServerMetadata } from '../validation/metadata.ts'
import { checkObject } from './check-object.ts'
import { columnsOf } from './columns.ts'
import type { Custom } from './custom.ts'
import { applyDefaults } from './defaults.ts'
import { deprecationOf } from './deprecation.ts'
import { parseSimplePath } from './json-path.ts'
import { pruneResource } from './prune.ts'
import { schemaOfResource } from './schema.ts'
import { selectableFields } from './selectable-fields.ts'
import { type Fields, isFields, type Structural } from './structural.ts'

type Version = CustomResourceDefinition['spec']['versions'][number]
type Object = Resource & Fields

/** The kinds that an accepted definition makes, one for each version; all are stored as the same one. */
export const kindsOfDefinition = (
  definition: CustomResourceDefinition,
): { readonly stored: Kind; readonly shown: readonly Kind[] } => {
  const { versions } = definition.spec
  const version = versions.find(({ storage }) => storage)
  if (!version) throw new TypeError(`${definition.metadata.name} has no version that is stored`)
  const stored = kindOfVersion(definition, version)
  const shown = versions
    .filter(({ served }) => served)
    .map(each => (each === version ? stored : kindOfVersion(definition, each, stored)))
  return { stored, shown }
}

const kindOfVersion = (definition: CustomResourceDefinition, version: Version, stored?: Kind): Kind => {
  const { metadata, spec, status } = definition
  const names = status?.acceptedNames ?? spec.names
  const structural: Structural = version.schema?.openAPIV3Schema ?? {}
  const { status: hasStatus, scale } = version.subresources ?? {}
  const custom = customOf(definition, version)
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
    fields: selectableFields(version.selectableFields),
    columns: columnsOf(version.additionalPrinterColumns),
    strategy: strategyOf(structural, hasStatus !== undefined, metadata.deletionTimestamp !== undefined),
    ...(stored && { storage: storageAs(stored, custom) }),
    custom,
  })
}

const storageAs = (kind: Kind, custom: Custom): Storage<Object> => {
  const reshaped = (object: Resource, shape: Custom | undefined): Object => {
    const copy = structuredClone(object) as Object
    shape?.reshape(copy)
    return copy
  }
  return {
    kind,
    to: object => reshaped(object, kind.custom),
    from: stored => reshaped(stored, custom),
  }
}

const customOf = ({ spec, status }: CustomResourceDefinition, version: Version): Custom => {
  const structural: Structural = version.schema?.openAPIV3Schema ?? {}
  const deprecation = deprecationOf(spec, version)
  return {
    structural,
    schema: schemaOfResource(structural),
    listKind: status?.acceptedNames?.listKind ?? spec.names.listKind ?? `${spec.names.kind}List`,
    prune: (object, unknown) => pruneResource(object, structural, unknown),
    reshape: object => {
      pruneResource(object, structural, [])
      applyDefaults(object, structural)
    },
    ...(deprecation && { deprecation }),
  }
}

const strategyOf = (structural: Structural, hasStatus: boolean, terminating: boolean): Strategy<Object> => {
  const check = (object: Object, old?: Object) => [
    ...checkMetadata(object.metadata),
    ...checkObject(object, structural, old),
  ]
  const status = structural.properties?.status
  return {
    needsRevision: true,
    default: draft => applyDefaults(draft, structural),
    prepareCreate: draft => {
      if (terminating) throw refused()
      clearServerMetadata(draft.metadata)
      if (hasStatus) delete draft.status
    },
    statusKeeps: 'metadata',
    prepareStatus: draft => {
      if (status) applyDefaults(draft.status, status)
    },
    validate: check,
    validateSubresource: (object, { old }) => check(object, old),
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
