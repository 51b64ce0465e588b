import type { ControllerRevision as V1 } from 'kubernetes-types/apps/v1'
import { defineKind } from '../../define.ts'
import { required } from '../../field-error.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkImmutable, checkNonNegative } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'

export type ControllerRevision = Served<V1>

/** What a controller's template was at some time. */
export const ControllerRevision = defineKind<ControllerRevision>({
  group: 'apps',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  generations: false,
  columns: [
    nameColumn(),
    column('Controller', 'Controller of the object', controllerText),
    column(
      'Revision',
      'Revision indicates the revision of the state represented by Data.',
      ({ revision }) => revision,
    ),
    ageColumn(),
  ],
  strategy: {
    validate: ({ metadata, data, revision }) => [
      ...checkMetadata(metadata),
      ...(data === undefined ? [required('data', 'data is mandatory')] : []),
      ...checkNonNegative('revision', revision),
    ],
    validateUpdate: (next, old) => checkImmutable('', next, old, ['data']),
  },
})

/** `daemonset.apps/name`. */
function controllerText({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  if (!owner) return none
  const [group = '', version] = owner.apiVersion.split('/')
  return `${owner.kind.toLowerCase()}${version ? `.${group}` : ''}/${owner.name}`
}
