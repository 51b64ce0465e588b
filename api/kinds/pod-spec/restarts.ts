import { notSupported, required, tooMany } from '../../field-error.ts'
import { checkEach, checkOneOf, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { Container, ContainerRestartRule } from './types.ts'

const policies = ['Always', 'Never', 'OnFailure']
const actions = ['Restart', 'RestartAllContainers']
const operators = ['In', 'NotIn']

const most = { rules: 20, values: 255 }

/** When a container is started again, where that is not the pod's `restartPolicy`. */
export const checkRestarts = (
  field: string,
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
): Errors => {
  if (restartPolicy === undefined && rules.length === 0) return none
  return errorsOf(
    restartPolicy === undefined
      ? required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used')
      : checkOneOf(`${field}.restartPolicy`, restartPolicy, policies),
    rules.length > most.rules && tooMany(`${field}.restartPolicyRules`, rules.length, most.rules),
    checkEach(`${field}.restartPolicyRules`, rules, checkRule),
  )
}

const checkRule = (field: string, { action = '', exitCodes }: ContainerRestartRule): Errors => {
  const { operator = '', values = [] } = exitCodes ?? {}
  return errorsOf(
    !actions.includes(action) && notSupported(`${field}.action`, action, actions),
    !exitCodes && required(`${field}.exitCodes`, 'must be specified'),
    exitCodes &&
      !operators.includes(operator) &&
      notSupported(`${field}.exitCodes.operator`, operator, operators),
    values.length > most.values && tooMany(`${field}.exitCodes.values`, values.length, most.values),
  )
}
