import type { PriorityClass as V1 } from 'kubernetes-types/scheduling/v1'
import { defineKind } from '../../define.ts'
import { forbiddenField } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkOneOf } from '../../validation/values.ts'
import { ageColumn, column, integer, nameColumn } from '../columns.ts'

export type PriorityClass = Served<V1>

/** The highest priority of other than Kubernetes' own classes. */
const highest = 1_000_000_000

export const PriorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  columns: [
    nameColumn(),
    column('Value', 'The value of this priority class.', ({ value }) => value ?? 0, integer),
    column(
      'Global-Default',
      'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class.',
      ({ globalDefault }) => globalDefault ?? false,
      { type: 'boolean' },
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.preemptionPolicy ??= 'PreemptLowerPriority'
    },
    validate: ({ metadata, value, preemptionPolicy }) => [
      ...checkMetadata(metadata),
      ...(value > highest
        ? [forbiddenField('value', `maximum allowed value of a user defined priority is ${highest}`)]
        : []),
      ...checkOneOf('preemptionPolicy', preemptionPolicy, ['Never', 'PreemptLowerPriority']),
    ],
    validateUpdate: (next, old) =>
      (['value', 'preemptionPolicy'] as const)
        .filter(member => next[member] !== old[member])
        .map(member => forbiddenField(member, 'may not be changed in an update.')),
  },
})
