import type {
  Affinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
} from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../validation/names.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkEach, checkRange, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkLabelKeys } from './label-keys.ts'

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
    wanted?.nodeSelectorTerms &&
      checkEach(terms, wanted.nodeSelectorTerms, (at, term) =>
        checkNodeTerm(at, term, checkLabelRequirement),
      ),
    liked &&
      checkEach(`${field}.${preferredTerms}`, liked, (at, { weight, preference }) =>
        errorsOf(
          checkWeight(`${at}.weight`, weight),
          preference && checkNodeTerm(`${at}.preference`, preference, checkRequirement),
        ),
      ),
  )
}

const checkWeight = (field: string, weight: number | undefined): Errors =>
  checkRange(field, weight ?? 0, 1, 100).map(error => ({ ...error, detail: 'must be in the range 1-100' }))

type CheckRequirement = (field: string, requirement: NodeSelectorRequirement) => Errors

const checkNodeTerm = (
  field: string,
  { matchExpressions, matchFields }: NodeSelectorTerm,
  checkExpression: CheckRequirement,
): Errors =>
  errorsOf(
    matchExpressions && checkEach(`${field}.matchExpressions`, matchExpressions, checkExpression),
    matchFields && checkEach(`${field}.matchFields`, matchFields, checkFieldRequirement),
  )

const checkFieldRequirement: CheckRequirement = (field, { key = '', operator = '', values = [] }) =>
  errorsOf(
    operator !== 'In' && operator !== 'NotIn'
      ? invalidValue(`${field}.operator`, operator, 'not a valid selector operator')
      : values.length !== 1 &&
          required(
            `${field}.values`,
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
          ),
    key === 'metadata.name'
      ? checkEach(`${field}.values`, values, (at, name) => checkText(at, name, dnsSubdomain))
      : invalidValue(`${field}.key`, key, 'not a valid field selector key'),
  )

const checkRequirement: CheckRequirement = (field, { key = '', operator = '', values = [] }) =>
  errorsOf(checkValues(field, operator, values.length), checkText(`${field}.key`, key, qualifiedName))

/** What no label can be may be liked, but not required: it would never be met. */
const checkLabelRequirement: CheckRequirement = (field, requirement) =>
  errorsOf(
    checkRequirement(field, requirement),
    requirement.values &&
      checkEach(`${field}.values`, requirement.values, (at, value) => checkText(at, value, labelValue)),
  )

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
  const { topologyKey = '', labelSelector, namespaceSelector, namespaces } = term ?? {}
  return errorsOf(
    labelSelector && checkSelector(`${field}.labelSelector`, labelSelector),
    namespaceSelector && checkSelector(`${field}.namespaceSelector`, namespaceSelector),
    // As in kube-apiserver, an error does not say which of the namespaces it is.
    namespaces && checkEach(field, namespaces, (_, name) => checkText(`${field}.namespace`, name, dnsLabel)),
    term && checkLabelKeys(field, term),
    !topologyKey && required(`${field}.topologyKey`, 'can not be empty'),
    checkText(`${field}.topologyKey`, topologyKey, qualifiedName),
  )
}
