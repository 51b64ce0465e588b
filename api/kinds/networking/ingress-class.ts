import type { IngressClass as V1 } from 'kubernetes-types/networking/v1'
import { defineKind } from '../../define.ts'
import { required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkImmutable } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'

export type IngressClass = WithSpec<V1>

export const IngressClass = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  columns: [
    nameColumn(),
    column(
      'Controller',
      'Controller that is responsible for handling this class',
      ({ spec }) => spec.controller ?? '',
    ),
    column(
      'Parameters',
      'A reference to a resource with additional parameters',
      ({ spec: { parameters } }) =>
        parameters
          ? `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}`
          : none,
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...(spec.controller ? [] : [required('spec.controller')]),
    ],
    validateUpdate: ({ spec }, old) => checkImmutable('spec', spec, old.spec, ['controller']),
  },
})
