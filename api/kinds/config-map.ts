import type { ConfigMap as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { invalidValue } from '../field-error.ts'
import type { Served } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { checkKeys, checkLocked, checkSize } from './key-values.ts'

export type ConfigMap = Served<V1>

export const ConfigMap = defineKind<ConfigMap>({
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  columns: [
    nameColumn(),
    column(
      'Data',
      'Data contains the configuration data. Each key must consist of alphanumeric characters, "-", "_" or ".".',
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    ),
    ageColumn(),
  ],
  strategy: {
    validate: ({ metadata, data = {}, binaryData = {} }) => [
      ...checkMetadata(metadata),
      ...checkKeys('data', data),
      ...checkKeys('binaryData', binaryData),
      ...Object.keys(data)
        .filter(key => Object.hasOwn(binaryData, key))
        .map(key => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
      ...checkSize('', [...Object.values(data), ...Object.values(binaryData)]),
    ],
    validateUpdate: (next, old) => checkLocked(next, old, ['data', 'binaryData']),
  },
})
