import { invalidValue } from '../../field-error.ts'
import { type Errors, errorsOf } from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

const mirror = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'

/** What annotations of pods mean to Kubernetes itself. */
export const checkPodAnnotations = (
  field: string,
  annotations: Readonly<Record<string, string>>,
  { nodeName }: PodSpec,
): Errors => {
  const { [mirror]: mirrored, [deletionCost]: cost } = annotations
  return errorsOf(
    mirrored !== undefined &&
      !nodeName &&
      invalidValue(`${field}[${mirror}]`, mirrored, 'must set spec.nodeName if mirror pod annotation is set'),
    cost !== undefined &&
      !isInt32(cost) &&
      invalidValue(`${field}[${deletionCost}]`, cost, 'must be a 32bit integer'),
  )
}

const isInt32 = (text: string): boolean =>
  /^(?:0|-?[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31
