import type {
  ValidatingAdmissionPolicy as V1,
  ValidatingAdmissionPolicySpec,
} from 'kubernetes-types/admissionregistration/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'
import { ageColumn, column, integer, nameColumn } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { checkPolicy, defaultPolicy, paramKindColumn } from './policy.ts'

export type ValidatingAdmissionPolicy = WithSpec<V1>

export const ValidatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Validations',
      'Validations indicates the number of validation rules defined in this configuration',
      ({ spec }) => spec.validations?.length ?? 0,
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
    prepareCreate: prepareCreate<ValidatingAdmissionPolicy>(() => ({})),
    prepareUpdate: keepStatus,
    statusKeeps: 'metadata',
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkPolicy(spec),
      ...checkValidations(spec),
    ],
  },
})

const checkValidations = ({
  validations = [],
  auditAnnotations = [],
}: ValidatingAdmissionPolicySpec): Errors => {
  if (validations.length + auditAnnotations.length === 0) {
    return (['validations', 'auditAnnotations'] as const).map(member =>
      required(`spec.${member}`, 'validations or auditAnnotations must contain at least one item'),
    )
  }
  return [
    ...validations.flatMap((each, i) => checkValidation(`spec.validations[${i}]`, each)),
    ...auditAnnotations.flatMap(({ key, valueExpression }, i) => [
      ...(key ? [] : [required(`spec.auditAnnotations[${i}].key`)]),
      ...(valueExpression?.trim()
        ? []
        : [required(`spec.auditAnnotations[${i}].valueExpression`, 'valueExpression is not specified')]),
    ]),
  ]
}

type Validation = NonNullable<ValidatingAdmissionPolicySpec['validations']>[number]

const checkValidation = (
  field: string,
  { expression = '', message, messageExpression, reason }: Validation,
): Errors => [
  ...(expression.trim() ? [] : [required(`${field}.expression`, 'expression is not specified')]),
  ...(messageExpression !== undefined && !messageExpression.trim()
    ? [invalidValue(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified')]
    : []),
  ...checkMessage(`${field}.message`, message, expression),
  ...checkOneOf(`${field}.reason`, reason, ['Forbidden', 'Invalid', 'RequestEntityTooLarge']),
]

const checkMessage = (field: string, message: string | undefined, expression: string): Errors => {
  if (!message) {
    return expression.trim().includes('\n')
      ? [required(field, 'message must be specified if expression contains line breaks')]
      : []
  }
  if (!message.trim()) return [invalidValue(field, message, 'must be non-empty if specified')]
  return message.trim().includes('\n') ? [invalidValue(field, message, 'must not contain line breaks')] : []
}
