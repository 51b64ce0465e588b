import type { ValidatingAdmissionPolicyBinding as V1 } from 'kubernetes-types/admissionregistration/v1'
import { defineKind } from '../../define.ts'
import { duplicate, invalidValue, notSupported, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import type { Errors } from '../../validation/values.ts'
import { bindingColumns, checkBinding, defaultBinding } from './policy-binding.ts'

export type ValidatingAdmissionPolicyBinding = WithSpec<V1>

export const ValidatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  columns: bindingColumns(),
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
      defaultBinding(draft.spec)
    },
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkBinding(spec),
      ...checkActions('spec.validationActions', spec.validationActions),
    ],
  },
})

const known = ['Audit', 'Deny', 'Warn']

const checkActions = (field: string, actions: readonly string[] = []): Errors => [
  ...actions.flatMap((action, i) => [
    ...(known.includes(action) ? [] : [notSupported(`${field}[${i}]`, action, known)]),
    ...(actions.indexOf(action) < i ? [duplicate(`${field}[${i}]`, action)] : []),
  ]),
  ...(actions.includes('Deny') && actions.includes('Warn')
    ? [
        invalidValue(
          field,
          actions,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        ),
      ]
    : []),
  ...(actions.length > 0 ? [] : [required(field, 'at least one validation action is required')]),
]
