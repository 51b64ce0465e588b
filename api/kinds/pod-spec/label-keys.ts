import type { LabelSelector } from 'kubernetes-types/meta/v1'
import { forbiddenField, invalidValue } from '../../field-error.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkEach, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

interface LabelKeys {
  readonly labelSelector?: LabelSelector
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

/** Labels in which pods shall be like this one, or unlike it, beside those that the selector names. */
export const checkLabelKeys = (field: string, term: LabelKeys): Errors => {
  const { labelSelector: selector, matchLabelKeys: like, mismatchLabelKeys: unlike } = term
  if (!like?.length && !unlike?.length) return none
  return errorsOf(
    like && checkKeys(`${field}.matchLabelKeys`, like, selector),
    unlike && checkKeys(`${field}.mismatchLabelKeys`, unlike, selector),
    like && selector && checkNotSelected(field, like, selector),
    like &&
      unlike &&
      checkEach(`${field}.matchLabelKeys`, like, (at, key) =>
        unlike.includes(key)
          ? [invalidValue(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
          : none,
      ),
  )
}

const checkKeys = (field: string, keys: readonly string[], selector: LabelSelector | undefined): Errors => {
  if (keys.length === 0) return none
  if (!selector) return [forbiddenField(field, 'must not be specified when labelSelector is not set')]
  return checkEach(field, keys, (at, key) => checkText(at, key, qualifiedName))
}

/**
 * By now the selector has an expression for each of the keys, see `selectLike`: a key that is in it once more was
 * already there. As in kube-apiserver, an error tells the key's index as if it were one of the term.
 */
const checkNotSelected = (
  field: string,
  keys: readonly string[],
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
): Errors => {
  const selected = new Set(Object.keys(matchLabels))
  return errorsOf(
    ...matchExpressions.map(({ key }) => {
      const again = selected.has(key) && keys.includes(key)
      selected.add(key)
      return (
        again &&
        invalidValue(
          `${field}[${keys.lastIndexOf(key)}]`,
          key,
          'exists in both matchLabelKeys and labelSelector',
        )
      )
    }),
  )
}

interface Selecting {
  labelSelector?: LabelSelector
  matchLabelKeys?: readonly string[]
  mismatchLabelKeys?: readonly string[]
}

type Labels = Readonly<Record<string, string>>

/** Has the selectors of a new pod name the labels in which others shall be like it, or unlike it. In place. */
export const selectLike = (spec: PodSpec, labels: Labels = {}): void => {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const { requiredDuringSchedulingIgnoredDuringExecution: wanted = [] } = affinity ?? {}
    const { preferredDuringSchedulingIgnoredDuringExecution: liked = [] } = affinity ?? {}
    for (const term of [...liked.map(({ podAffinityTerm }) => podAffinityTerm), ...wanted]) {
      if (term) addLabels(term, labels)
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) addLabels(constraint, labels)
}

const addLabels = (term: Selecting, labels: Labels): void => {
  const { labelSelector: selector, matchLabelKeys: like = [], mismatchLabelKeys: unlike = [] } = term
  if (!selector) return
  const added = [...expressions('In', like, labels), ...expressions('NotIn', unlike, labels)]
  if (added.length > 0) selector.matchExpressions = [...(selector.matchExpressions ?? []), ...added]
}

const expressions = (operator: string, keys: readonly string[], labels: Labels) =>
  keys.flatMap(key => {
    const value = labels[key]
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  })
