import type {
  Affinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1'
import { duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { labelValue, qualifiedName } from '../../validation/names.ts'
import { checkSelector } from '../../validation/selectors.ts'
import {
  checkEach,
  checkOneOf,
  checkRange,
  checkText,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'

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

const operators = ['Equal', 'Exists']

const checkToleration = (field: string, toleration: Toleration): Errors => {
  const { key, operator = 'Equal', value, effect, tolerationSeconds } = toleration
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
    operator === 'Exists' &&
      value &&
      invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"),
    checkOneOf(`${field}.operator`, operator, operators),
    effect && checkOneOf(`${field}.effect`, effect, effects),
  )
}

const spreads = ['DoNotSchedule', 'ScheduleAnyway']

export const checkSpread = (field: string, constraints: readonly TopologySpreadConstraint[]): Errors =>
  checkEach(field, constraints, (at, { maxSkew, topologyKey, whenUnsatisfiable, labelSelector }) =>
    errorsOf(
      !(maxSkew > 0) && invalidValue(`${at}.maxSkew`, maxSkew ?? 0, 'must be greater than zero'),
      topologyKey
        ? checkText(`${at}.topologyKey`, topologyKey, qualifiedName)
        : required(`${at}.topologyKey`, 'can not be empty'),
      checkOneOf(`${at}.whenUnsatisfiable`, whenUnsatisfiable ?? '', spreads),
      labelSelector && checkSelector(`${at}.labelSelector`, labelSelector),
    ),
  )

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution'

export const checkAffinity = (
  field: string,
  { nodeAffinity, podAffinity, podAntiAffinity }: Affinity,
): Errors =>
  errorsOf(
    nodeAffinity && checkNodeAffinity(`${field}.nodeAffinity`, nodeAffinity),
    podAffinity && checkPodAffinity(`${field}.podAffinity`, podAffinity),
    podAntiAffinity && checkPodAffinity(`${field}.podAntiAffinity`, podAntiAffinity),
  )

const checkNodeAffinity = (field: string, affinity: NonNullable<Affinity['nodeAffinity']>): Errors => {
  const { [requiredTerms]: wanted, [preferredTerms]: liked } = affinity
  const terms = `${field}.${requiredTerms}.nodeSelectorTerms`
  return errorsOf(
    wanted &&
      !wanted.nodeSelectorTerms?.length &&
      required(terms, 'must have at least one node selector term'),
    wanted?.nodeSelectorTerms && checkEach(terms, wanted.nodeSelectorTerms, checkNodeTerm),
    liked &&
      checkEach(`${field}.${preferredTerms}`, liked, (at, { weight, preference }) =>
        errorsOf(
          checkWeight(`${at}.weight`, weight),
          preference && checkNodeTerm(`${at}.preference`, preference),
        ),
      ),
  )
}

const checkWeight = (field: string, weight: number | undefined): Errors =>
  checkRange(field, weight ?? 0, 1, 100).map(error => ({ ...error, detail: 'must be in the range 1-100' }))

const checkNodeTerm = (field: string, { matchExpressions, matchFields }: NodeSelectorTerm): Errors =>
  errorsOf(
    matchExpressions && checkEach(`${field}.matchExpressions`, matchExpressions, checkRequirement),
    matchFields &&
      checkEach(`${field}.matchFields`, matchFields, (at, { key, operator, values = [] }) =>
        errorsOf(
          values.length !== 1 &&
            required(
              `${at}.values`,
              "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
            ),
          operator !== 'In' &&
            operator !== 'NotIn' &&
            invalidValue(`${at}.operator`, operator, 'not a valid selector operator'),
          key !== 'metadata.name' && invalidValue(`${at}.key`, key, 'not a valid field selector key'),
        ),
      ),
  )

const checkRequirement = (field: string, { key, operator, values = [] }: NodeSelectorRequirement): Errors =>
  errorsOf(checkValues(field, operator, values.length), checkText(`${field}.key`, key ?? '', qualifiedName))

const checkValues = (field: string, operator: string, count: number): Errors => {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0
        ? none
        : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? none
        : [
            forbiddenField(
              `${field}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ]
    case 'Gt':
    case 'Lt':
      return count === 1
        ? none
        : [required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
    default:
      return [invalidValue(`${field}.operator`, operator, 'not a valid selector operator')]
  }
}

const checkPodAffinity = (field: string, affinity: NonNullable<Affinity['podAffinity']>): Errors => {
  const { [requiredTerms]: wanted, [preferredTerms]: liked } = affinity
  return errorsOf(
    wanted && checkEach(`${field}.${requiredTerms}`, wanted, checkPodTerm),
    liked &&
      checkEach(`${field}.${preferredTerms}`, liked, (at, { weight, podAffinityTerm }) =>
        errorsOf(checkWeight(`${at}.weight`, weight), checkPodTerm(`${at}.podAffinityTerm`, podAffinityTerm)),
      ),
  )
}

const checkPodTerm = (field: string, term: PodAffinityTerm | undefined): Errors => {
  const { topologyKey = '', labelSelector, namespaceSelector } = term ?? {}
  return errorsOf(
    labelSelector && checkSelector(`${field}.labelSelector`, labelSelector),
    namespaceSelector && checkSelector(`${field}.namespaceSelector`, namespaceSelector),
    !topologyKey && required(`${field}.topologyKey`, 'can not be empty'),
    checkText(`${field}.topologyKey`, topologyKey, qualifiedName),
  )
}
