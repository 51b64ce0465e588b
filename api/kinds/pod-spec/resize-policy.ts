import type { ContainerResizePolicy } from 'kubernetes-types/core/v1'
import { duplicate, invalidValue, notSupported, required } from '../../field-error.ts'
import { checkEach, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

const resources = ['cpu', 'memory']
const policies = ['NotRequired', 'RestartContainer']

/** What becomes of a container whose resources change. As in kube-apiserver, most errors do not say which item it is. */
export const checkResizePolicy = (
  field: string,
  policy: readonly ContainerResizePolicy[],
  { restartPolicy: ofPod }: PodSpec,
): Errors => {
  const seen = new Set<string>()
  return checkEach(field, policy, (at, { resourceName = '', restartPolicy = '' }) => {
    const again = seen.has(resourceName)
    seen.add(resourceName)
    return errorsOf(
      again && duplicate(at, resourceName),
      checkKnown(field, resourceName, resources),
      checkKnown(field, restartPolicy, policies),
      ofPod === 'Never' &&
        restartPolicy !== 'NotRequired' &&
        invalidValue(field, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"),
    )
  })
}

const checkKnown = (field: string, text: string, supported: readonly string[]): Errors => {
  if (supported.includes(text)) return none
  return [text ? notSupported(field, text, supported) : required(field)]
}
