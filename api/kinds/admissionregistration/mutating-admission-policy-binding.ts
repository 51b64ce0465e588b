import { defineKind } from '../../define.ts'
import type { Resource } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { type BindingSpec, bindingColumns, checkBinding, defaultBinding } from './policy-binding.ts'

export type MutatingAdmissionPolicyBinding = Resource & { spec: BindingSpec }

export const MutatingAdmissionPolicyBinding = defineKind<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  columns: bindingColumns(),
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= {}
      defaultBinding(draft.spec)
    },
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkBinding(spec)],
  },
})
