import type { Taint, Toleration } from 'kubernetes-types/core/v1'
import { duplicate, invalidValue, notSupported, required } from '../../field-error.ts'
import { labelValue, qualifiedName } from '../../validation/names.ts'
import { checkEach, checkOneOf, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export const checkTaints = (field: string, taints: readonly Taint[] = []): Errors =>
  taints.flatMap((taint, i) => {
    const { key = '', value = '', effect = '' } = taint
    const at = `${field}[${i}]`
    const first = taints.findIndex(other => other.key === taint.key && other.effect === taint.effect)
    return errorsOf(
      checkText(`${at}.key`, key, qualifiedName),
      checkText(`${at}.value`, value, labelValue),
      effect ? checkOneOf(`${at}.effect`, effect, effects) : required(`${at}.effect`, ''),
      first < i && { ...duplicate(at, taint), detail: 'taints must be unique by key and effect pair' },
    )
  })

export const checkTolerations = (field: string, tolerations: readonly Toleration[]): Errors =>
  checkEach(field, tolerations, checkToleration)

const checkToleration = (field: string, toleration: Toleration): Errors => {
  const { key, operator = '', value = '', effect, tolerationSeconds } = toleration
  return errorsOf(
    key && checkText(`${field}.key`, key, qualifiedName),
    !key &&
      operator !== 'Exists' &&
      invalidValue(
        `${field}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    tolerationSeconds !== undefined &&
      effect !== 'NoExecute' &&
      invalidValue(
        `${field}.effect`,
        effect ?? '',
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    checkOperator(`${field}.operator`, operator, value),
    effect && checkOneOf(`${field}.effect`, effect, effects),
  )
}

const checkOperator = (field: string, operator: string, value: string): Errors => {
  switch (operator) {
    case '':
    case 'Equal': {
      const wrong = labelValue(value)
      return wrong.length === 0 ? none : [invalidValue(field, value, wrong.join(';'))]
    }
    case 'Exists':
      return value ? [invalidValue(field, value, "value must be empty when `operator` is 'Exists'")] : none
    case 'Lt':
    case 'Gt':
      // kube-apiserver knows these, but does not take them unless it is told to.
      return [notSupported(field, operator, ['Equal', 'Exists', 'Lt', 'Gt'])]
    default:
      return [notSupported(field, operator, ['Equal', 'Exists'])]
  }
}
