import type { LabelSelector, LabelSelectorRequirement } from 'kubernetes-types/meta/v1'
import { isStatus } from '../errors.ts'
import { forbiddenField, invalidValue, required } from '../field-error.ts'
import { type Labels, labelSelectorOf } from '../selectors/labels.ts'
import { labelValue, qualifiedName } from './names.ts'
import { checkEach, checkLabels, checkText, type Errors, errorsOf, none } from './values.ts'

/** A selector of an object's spec. */
export const checkSelector = (field: string, { matchLabels, matchExpressions }: LabelSelector): Errors =>
  errorsOf(
    matchLabels && checkLabels(`${field}.matchLabels`, matchLabels),
    matchExpressions && checkEach(`${field}.matchExpressions`, matchExpressions, checkRequirement),
  )

const checkRequirement = (field: string, { key, operator, values = [] }: LabelSelectorRequirement): Errors =>
  errorsOf(
    checkOperator(field, operator ?? '', values),
    checkText(`${field}.key`, key ?? '', qualifiedName),
    checkEach(`${field}.values`, values, (at, value) => checkText(at, value, labelValue)),
  )

const checkOperator = (field: string, operator: string, values: readonly string[]): Errors => {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? none
        : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? none
        : [
            forbiddenField(
              `${field}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ]
    default:
      return [invalidValue(`${field}.operator`, operator, 'not a valid selector operator')]
  }
}

/** The selector of a controller: it is required, and one that takes every pod of the namespace is a mistake. */
export const checkOwnSelector = (
  field: string,
  selector: LabelSelector | undefined,
  kind: string,
): Errors => {
  if (!selector) return [required(field)]
  return errorsOf(
    checkSelector(field, selector),
    isEmptySelector(selector) &&
      invalidValue(field, selector, `empty selector is invalid for ${kind.toLowerCase()}`),
  )
}

const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0

/** Whether labels are selected; a selector that is itself wrong is told of elsewhere. */
export const selects =
  (selector: LabelSelector | undefined) =>
  (labels: Labels): boolean => {
    try {
      return labelSelectorOf(selector).matches(labels)
    } catch (error) {
      if (isStatus(error, 'BadRequest')) return true
      throw error
    }
  }
