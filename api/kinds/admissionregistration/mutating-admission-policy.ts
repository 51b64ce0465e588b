import { defineKind } from '../../define.ts'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import type { Resource } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'
import { ageColumn, column, integer, nameColumn } from '../columns.ts'
import { checkPolicy, defaultPolicy, type PolicySpec, paramKindColumn } from './policy.ts'

interface Mutation {
  patchType?: string
  applyConfiguration?: { expression?: string }
  jsonPatch?: { expression?: string }
}

export type MutatingAdmissionPolicy = Resource & {
  spec: PolicySpec & { mutations?: Mutation[]; reinvocationPolicy?: string }
}

export const MutatingAdmissionPolicy = defineKind<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  columns: [
    nameColumn(),
    column(
      'Mutations',
      'Mutation indicates the number of mutations rules defined in this configuration',
      ({ spec }) => spec.mutations?.length ?? 0,
      integer,
    ),
    paramKindColumn(),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
      defaultPolicy(draft.spec)
    },
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkPolicy(spec),
      ...checkMutations('spec.mutations', spec.mutations),
      ...(spec.reinvocationPolicy
        ? checkOneOf('spec.reinvocationPolicy', spec.reinvocationPolicy, ['IfNeeded', 'Never'])
        : [required('spec.reinvocationPolicy')]),
    ],
  },
})

const checkMutations = (field: string, mutations: readonly Mutation[] = []): Errors =>
  mutations.length > 0
    ? mutations.flatMap((mutation, i) => checkMutation(`${field}[${i}]`, mutation))
    : [required(field, 'mutations must contain at least one item')]

/** Where a mutation of a type has its expression. */
const members = { JSONPatch: 'jsonPatch', ApplyConfiguration: 'applyConfiguration' } as const

const checkMutation = (field: string, mutation: Mutation): Errors => {
  const { patchType } = mutation
  if (!patchType) return [required(`${field}.patchType`)]
  if (patchType !== 'JSONPatch' && patchType !== 'ApplyConfiguration') {
    return [notSupported(`${field}.patchType`, patchType, ['ApplyConfiguration', 'JSONPatch'])]
  }
  const own = members[patchType]
  const other = members[patchType === 'JSONPatch' ? 'ApplyConfiguration' : 'JSONPatch']
  const expression = mutation[own]?.expression
  return [
    ...(mutation[own]
      ? expression?.trim()
        ? []
        : [required(`${field}.${own}.expression`)]
      : [required(`${field}.${own}`, `must be specified when patchType is ${patchType}`)]),
    ...(mutation[other]
      ? [
          invalidValue(
            `${field}.${other}`,
            `{${other}}`,
            `must not be specified when patchType is ${patchType}`,
          ),
        ]
      : []),
  ]
}
