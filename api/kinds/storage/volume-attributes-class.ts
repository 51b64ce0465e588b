import { isDeepStrictEqual } from 'node:util'
import type { VolumeAttributesClass as V1 } from 'kubernetes-types/storage/v1alpha1'
import { defineKind } from '../../define.ts'
import { forbiddenField, invalidValue, required, tooLong } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkName, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'

/** The v1 form is that of v1alpha1. */
export type VolumeAttributesClass = Served<V1>

export const VolumeAttributesClass = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  generations: false,
  columns: [
    nameColumn(),
    column('DriverName', 'Name of the CSI driver This field is immutable.', ({ driverName }) => driverName),
    ageColumn(),
  ],
  strategy: {
    validate: ({ metadata, driverName, parameters }) => [
      ...checkMetadata(metadata),
      ...checkName('driverName', driverName, text => qualifiedName(text.toLowerCase())),
      ...checkParameters('parameters', parameters),
    ],
    validateUpdate: (next, old) =>
      (['driverName', 'parameters'] as const)
        .filter(member => !isDeepStrictEqual(next[member], old[member]))
        .map(member => forbiddenField(member, `updates to ${member} are forbidden.`)),
  },
})

const most = 512
const largest = 256 * 1024

const checkParameters = (field: string, parameters: Readonly<Record<string, string>> = {}): Errors => {
  const entries = Object.entries(parameters)
  if (entries.length > most) return [tooLong(field, '', most)]
  const size = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  return [
    ...('' in parameters ? [invalidValue(field, '', 'field can not be empty.')] : []),
    ...(size > largest ? [tooLong(field, '', largest)] : []),
    ...(entries.length > 0 ? [] : [required(field, 'must contain at least one key/value pair')]),
  ]
}
