import type {
  CustomResourceDefinitionVersion,
  CustomResourceDefinition as V1,
} from 'kubernetes-types/apiextensions/v1'
import { withCondition } from '../../custom/acceptance.ts'
import { checkDefinition, checkDefinitionUpdate } from '../../custom/check-definition.ts'
import type { Structural } from '../../custom/structural.ts'
import { defineKind } from '../../define.ts'
import type { WithSpec } from '../../resource.ts'
import { clearServerMetadata } from '../../validation/metadata.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'

type Version = Omit<CustomResourceDefinitionVersion, 'schema'> & {
  readonly schema?: { readonly openAPIV3Schema?: Structural }
}

type Definition = WithSpec<V1>

export type CustomResourceDefinition = Omit<Definition, 'spec' | 'status'> & {
  spec: Omit<V1['spec'], 'versions'> & { versions: Version[] }
  status?: Readonlied<NonNullable<V1['status']>>
}

type Readonlied<T> = {
  readonly [K in keyof T]: T[K] extends readonly (infer E)[] | undefined ? readonly E[] : T[K]
}

/** Holds a definition that is deleted until the objects of its kind are gone. */
export const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

export const CustomResourceDefinition = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  subresources: ['status'],
  columns: [nameColumn(), createdAtColumn()],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= { group: '', scope: '', names: { plural: '', kind: '' }, versions: [] }
      const { spec } = draft
      spec.names ??= { plural: '', kind: '' }
      const { names } = spec
      if (names.kind) {
        names.singular ||= names.kind.toLowerCase()
        names.listKind ||= `${names.kind}List`
      }
      spec.conversion ??= { strategy: 'None' }
    },
    prepareCreate: draft => {
      clearServerMetadata(draft.metadata)
      draft.status = {
        acceptedNames: { plural: '', kind: '' },
        storedVersions: storageVersions(draft.spec.versions),
      }
    },
    prepareUpdate: (draft, { status = {} }) => {
      const stored = status.storedVersions ?? []
      const added = storageVersions(draft.spec.versions).filter(each => !stored.includes(each))
      draft.status = added.length > 0 ? { ...status, storedVersions: [...stored, ...added] } : status
    },
    prepareDelete: (draft, now) => {
      const { metadata, status } = draft
      const { finalizers = [] } = metadata
      if (!finalizers.includes(cleanup)) metadata.finalizers = [...finalizers, cleanup]
      draft.status = { ...status, conditions: withCondition(status?.conditions ?? [], terminating, now) }
    },
    validate: checkDefinition,
    validateUpdate: checkDefinitionUpdate,
  },
})

const storageVersions = (versions: readonly Version[] = []): string[] =>
  versions.filter(({ storage }) => storage).map(({ name }) => name)

const terminating = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
}
