import { type FieldError, type FieldErrorType, invalidValue } from '../field-error.ts'
import { checkRules, hasRules } from './rules/check-rules.ts'
import type { Structural } from './structural.ts'
import { checkResource } from './validate.ts'

/** An object with such a fault is not what rules expect to look at. */
const blocking: readonly FieldErrorType[] = ['NotSupported', 'Required', 'TooLong', 'TypeInvalid']

/** What is wrong with an object of a custom kind: what its schema says, then what the rules in that say. */
export const checkObject = (object: object, structural: Structural, old?: object): readonly FieldError[] => {
  const errors = checkResource(object, structural, old)
  if (!hasRules(structural)) return errors
  if (errors.some(({ type }) => blocking.includes(type))) return [...errors, unchecked]
  return [...errors, ...checkRules(object, structural, old)]
}

const unchecked = invalidValue(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
)
