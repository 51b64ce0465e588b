import { isDeepStrictEqual } from 'node:util'
import type { CSINodeDriver, CSINode as V1 } from 'kubernetes-types/storage/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkNonNegative, checkText, checkUnique, type Errors } from '../../validation/values.ts'
import { ageColumn, column, integer, nameColumn } from '../columns.ts'
import { checkCSIDriverName } from './csi-driver-name.ts'

export type CSINode = WithSpec<V1>

export const CSINode = defineKind<CSINode>({
  group: 'storage.k8s.io',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  generations: false,
  columns: [
    nameColumn(),
    column(
      'Drivers',
      'Drivers indicates the number of CSI drivers registered on the node',
      ({ spec }) => spec.drivers?.length ?? 0,
      integer,
    ),
    ageColumn(),
  ],
  strategy: {
    needsRevision: true,
    default: draft => {
      draft.spec ??= { drivers: [] }
      draft.spec.drivers ??= []
    },
    validate: ({ metadata, spec: { drivers } }) => [
      ...checkMetadata(metadata),
      ...drivers.flatMap((driver, i) => checkDriver(`spec.drivers[${i}]`, driver)),
      ...checkUnique(
        drivers,
        ({ name }) => name ?? '',
        i => `spec.drivers[${i}].name`,
      ),
    ],
    validateUpdate: ({ spec }, old) =>
      spec.drivers
        .filter(driver => {
          const before = old.spec.drivers.find(({ name }) => name === driver.name)
          return before && !isDeepStrictEqual(fixed(driver), fixed(before))
        })
        .map(driver => invalidValue('spec.drivers', driver, 'field is immutable')),
  },
})

/** How many volumes a driver takes may change. */
const fixed = ({ allocatable: _, ...driver }: CSINodeDriver): object => driver

const longestId = 192

const checkDriver = (field: string, driver: CSINodeDriver): Errors => {
  const { name, nodeID = '', allocatable, topologyKeys = [] } = driver
  return [
    ...checkCSIDriverName(`${field}.name`, name),
    ...(nodeID ? [] : [required(`${field}.nodeID`)]),
    ...(nodeID.length > longestId
      ? [invalidValue(`${field}.nodeID`, nodeID, `must be ${longestId} characters or less`)]
      : []),
    ...checkNonNegative(`${field}.allocatable.count`, allocatable?.count),
    ...topologyKeys.flatMap(key => checkText(field, key, qualifiedName)),
    ...checkUnique(
      topologyKeys,
      key => key,
      () => field,
    ),
  ]
}
