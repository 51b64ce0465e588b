import { isDeepStrictEqual } from 'node:util'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import type { Errors } from '../../validation/values.ts'
import type { Pod } from '../pod.ts'
import { checkSameCount } from './containers.ts'

type PodSpec = Pod['spec']

const immutable =
  'pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, ' +
  '`spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)'

/** A pod's spec stands, but for the images, the deadline (it may come nearer), more tolerations and fewer gates. */
export const checkPodSpecUpdate = (spec: PodSpec, old: PodSpec): Errors => {
  const counts = [
    ...checkSameCount('spec.containers', spec.containers, old.containers),
    ...checkSameCount('spec.initContainers', spec.initContainers ?? [], old.initContainers ?? []),
  ]
  if (counts.length > 0) return counts
  return [
    ...checkDeadline(spec.activeDeadlineSeconds, old.activeDeadlineSeconds),
    ...checkTolerations(spec.tolerations ?? [], old.tolerations ?? []),
    ...checkGates(spec.schedulingGates ?? [], old.schedulingGates ?? []),
    ...(sameButEmpty(lasting(spec), lasting(old)) ? [] : [forbiddenField('spec', immutable)]),
  ]
}

const checkDeadline = (now: number | undefined, before: number | undefined): Errors => {
  const field = 'spec.activeDeadlineSeconds'
  if (before === undefined || now === before) return []
  if (now === undefined)
    return [invalidValue(field, null, 'must not update from a positive integer to nil value')]
  return now > before ? [invalidValue(field, now, 'must be less than or equal to previous value')] : []
}

const checkTolerations = (
  now: NonNullable<PodSpec['tolerations']>,
  before: NonNullable<PodSpec['tolerations']>,
): Errors => {
  // How long a taint is tolerated may change; what is tolerated may only become more.
  const kept = before.every(({ tolerationSeconds: _, ...old }) =>
    now.some(({ tolerationSeconds: __, ...each }) => isDeepStrictEqual(each, old)),
  )
  return kept
    ? []
    : [
        forbiddenField(
          'spec.tolerations',
          'existing toleration can not be modified except its tolerationSeconds',
        ),
      ]
}

/** What a pod waits for can only become less. */
const checkGates = (
  now: NonNullable<PodSpec['schedulingGates']>,
  before: NonNullable<PodSpec['schedulingGates']>,
): Errors =>
  now.flatMap(({ name }, i) =>
    before.some(old => old.name === name)
      ? []
      : [
          forbiddenField(
            `spec.schedulingGates[${i}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  )

/** The spec without what may change. */
const lasting = (spec: PodSpec): object => {
  const { tolerations: _, activeDeadlineSeconds: __, schedulingGates: ___, ...rest } = spec
  const unnamed = (containers: PodSpec['containers'] = []) => containers.map(each => ({ ...each, image: '' }))
  return {
    ...rest,
    containers: unnamed(spec.containers),
    initContainers: unnamed(spec.initContainers),
  }
}

/** True when both are the same but for members that mean nothing. */
export const sameButEmpty = (a: object, b: object): boolean => isDeepStrictEqual(solid(a), solid(b))

/** Go's JSON leaves out empty lists and maps: to a client that read and wrote the object they are the same as none. */
const solid = (value: object): object =>
  Array.isArray(value)
    ? value.map(each => (isObject(each) ? solid(each) : each))
    : Object.fromEntries(
        Object.entries(value)
          .map(([key, each]) => [key, isObject(each) ? solid(each) : each])
          .filter(([, each]) => each !== undefined && !(isObject(each) && Object.keys(each).length === 0)),
      )

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
