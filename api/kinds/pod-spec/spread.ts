import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1'
import { duplicate, invalidValue, required } from '../../field-error.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkEach, checkOneOf, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkLabelKeys } from './label-keys.ts'

const actions = ['DoNotSchedule', 'ScheduleAnyway']
const inclusions = ['Honor', 'Ignore']

/** How evenly pods shall lie on the parts of a cluster. */
export const checkSpread = (field: string, constraints: readonly TopologySpreadConstraint[]): Errors => {
  // An error tells of the first of two that are alike.
  let later = constraints
  return checkEach(field, constraints, (at, constraint) => {
    const { maxSkew, topologyKey = '', whenUnsatisfiable: action = '', labelSelector } = constraint
    later = later.slice(1)
    const repeated = later.some(each => each.topologyKey === topologyKey && each.whenUnsatisfiable === action)
    return errorsOf(
      !(maxSkew > 0) && invalidValue(`${at}.maxSkew`, maxSkew ?? 0, 'must be greater than zero'),
      !topologyKey && required(`${at}.topologyKey`, 'can not be empty'),
      checkOneOf(`${at}.whenUnsatisfiable`, action, actions),
      repeated && duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${action}}`),
      checkMinDomains(`${at}.minDomains`, constraint.minDomains, action),
      checkOneOf(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, inclusions),
      checkOneOf(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, inclusions),
      checkLabelKeys(at, constraint),
      labelSelector && checkSelector(`${at}.labelSelector`, labelSelector),
    )
  })
}

const checkMinDomains = (field: string, least: number | undefined, action: string): Errors =>
  least === undefined
    ? none
    : errorsOf(
        least <= 0 && invalidValue(field, least, 'must be greater than zero'),
        action !== 'DoNotSchedule' &&
          invalidValue(
            field,
            least,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
          ),
      )
