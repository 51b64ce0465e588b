import { forbiddenField, invalidValue, notSupported } from '../../field-error.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../quantity.ts'
import { checkEach, checkEntries, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkClaimed } from './claims.ts'
import { checkRequirements, checkResourceName, isHugePages, mayOvercommit } from './resources.ts'
import { totalOf } from './totals.ts'
import type { PodSpec, ResourceRequirements } from './types.ts'

type Amounts = Readonly<Record<string, string>>

const isOfPods = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name)

const isMore = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) > 0

/** What the containers of a pod have together. */
export const checkPodResources = (field: string, resources: ResourceRequirements, spec: PodSpec): Errors => {
  if (spec.os?.name === 'windows') return [forbiddenField(field, 'may not be set for a windows pod')]
  const { claims, requests = {}, limits = {} } = resources
  return errorsOf(
    claims && forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level'),
    checkRequirements(field, resources, checkName),
    claims && checkClaimed(`${field}.claims`, claims, spec.resourceClaims ?? []),
    checkTotal(`${field}.requests`, requests, totalOf(spec, 'requests'), 'requests'),
    checkTotal(`${field}.limits`, pagesOf(limits), totalOf(spec, 'limits'), 'limits'),
    checkEach(`${field}.containers`, spec.containers, (at, { resources: own }) =>
      checkEntries(own?.limits ?? {}, (name, limit) =>
        checkLimit(`${at}[${name}].limits`, limit, limits[name]),
      ),
    ),
  )
}

const checkName = (field: string, name: string): Errors => {
  const errors = checkResourceName(field, name)
  if (errors !== none || isOfPods(name)) return errors
  return [notSupported(field, name, ['cpu', 'hugepages-', 'memory'])]
}

/** Of huge pages the limits add up: nobody may have more than is set aside for him. */
const pagesOf = (amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => isHugePages(name)))

const checkTotal = (field: string, amounts: Amounts, totals: Amounts, kind: string): Errors =>
  checkEntries(amounts, (name, amount) => {
    const total = totals[name]
    if (total === undefined || !isMore(total, amount)) return none
    const why = `must be greater than or equal to aggregate container ${kind} of ${total}`
    return [invalidValue(`${field}[${name}]`, canonicalQuantity(amount), why)]
  })

const checkLimit = (field: string, limit: string, ofPod: string | undefined): Errors => {
  if (ofPod === undefined || !isMore(limit, ofPod)) return none
  const why = `must be less than or equal to pod limits of ${canonicalQuantity(ofPod)}`
  return [invalidValue(field, canonicalQuantity(limit), why)]
}

/**
 * Fills in what a pod has together where only some of it is said: huge pages as its containers have them; requests
 * that are what its containers request, or else its limits. In place.
 */
export const defaultPodResources = (spec: PodSpec): void => {
  const { resources } = spec
  if (!resources) return
  const { limits = {}, requests = {} } = resources
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return
  const ofContainers = Object.entries(pagesOf(totalOf(spec, 'limits')))
  const pages = ofContainers.filter(([name]) => requests[name] === undefined)
  resources.limits = { ...Object.fromEntries(pages), ...limits }
  if (Object.keys(resources.limits).length === 0) {
    delete resources.limits
    return
  }
  const requested = Object.entries(totalOf(spec, 'requests')).filter(
    ([name]) => isOfPods(name) && mayOvercommit(name),
  )
  const limited = Object.entries(resources.limits).filter(([name]) => isOfPods(name))
  resources.requests = { ...Object.fromEntries([...limited, ...requested]), ...requests }
}
