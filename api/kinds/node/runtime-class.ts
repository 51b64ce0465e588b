import type { RuntimeClass as V1 } from 'kubernetes-types/node/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsLabel } from '../../validation/names.ts'
import { checkImmutable, checkLabels, checkName } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'

export type RuntimeClass = Served<V1>

export const RuntimeClass = defineKind<RuntimeClass>({
  group: 'node.k8s.io',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  generations: false,
  columns: [
    nameColumn(),
    column(
      'Handler',
      'handler specifies the underlying runtime and configuration that the CRI implementation will use to handle pods of this class.',
      ({ handler }) => handler,
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    validate: ({ metadata, handler, scheduling }) => [
      ...checkMetadata(metadata),
      ...checkName('handler', handler, dnsLabel),
      ...checkLabels('scheduling.nodeSelector', scheduling?.nodeSelector),
    ],
    validateUpdate: (next, old) => checkImmutable('', next, old, ['handler']),
  },
})
