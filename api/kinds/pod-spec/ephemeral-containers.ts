import type { EphemeralContainer } from 'kubernetes-types/core/v1'
import { danglingName, forbiddenField } from '../../field-error.ts'
import { checkEach, type Errors, errorsOf } from '../../validation/values.ts'
import { checkContainer } from './containers.ts'
import { containersOf } from './defaults.ts'
import { checkImage } from './images.ts'
import type { Volumes } from './mounts.ts'
import type { PodSpec } from './types.ts'
import { sameButEmpty } from './update.ts'

/** What is wrong with the containers that were added to a pod to look into it. */
export const checkEphemeralContainers = (field: string, spec: PodSpec, volumes: Volumes): Errors => {
  const others = new Set(containersOf(spec).map(({ name }) => name))
  const names = new Set(others)
  return checkEach(field, spec.ephemeralContainers ?? [], (at, container) => {
    const { targetContainerName: target, volumeMounts = [] } = container
    return errorsOf(
      checkContainer(at, container, names, spec, volumes),
      checkImage(at, container),
      target && !others.has(target) && danglingName(`${at}.targetContainerName`, target),
      ...refused
        .filter(member => isSet(container[member]))
        .map(member => forbiddenField(`${at}.${member}`, why)),
      ...volumeMounts.flatMap((mount, i) =>
        (['subPath', 'subPathExpr'] as const)
          .filter(member => mount[member])
          .map(member => forbiddenField(`${at}.volumeMounts[${i}].${member}`, why)),
      ),
    )
  })
}

/** They are no part of what the pod is for. */
const refused = [
  'ports',
  'resources',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const
const why = 'cannot be set for an Ephemeral Container'

const isSet = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0

/** They may only become more. */
export const checkKept = (
  field: string,
  now: readonly EphemeralContainer[] = [],
  before: readonly EphemeralContainer[] = [],
): Errors =>
  before.flatMap(old => {
    const same = now.find(({ name }) => name === old.name)
    if (!same)
      return [forbiddenField(field, `existing ephemeral containers "${old.name}" may not be removed`)]
    return sameButEmpty(same, old)
      ? []
      : [forbiddenField(field, `existing ephemeral containers "${old.name}" may not be changed`)]
  })
