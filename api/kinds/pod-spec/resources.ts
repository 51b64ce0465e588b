import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { canonicalQuantity, compareQuantities, parseQuantity, QuantityError } from '../../quantity.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkEntries, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkClaimed } from './claims.ts'
import type { PodSpec, ResourceRequirements } from './types.ts'

type Amounts = Readonly<Record<string, string>>

/** Of Kubernetes, and not of others, who have names of their own. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')

/** Of others than Kubernetes: whole things, which nobody shares. `requests.` would be what a quota calls them. */
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0

/** What may be promised to more than can have it at the same time. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name)

const ofContainers = new Set(['cpu', 'memory', 'ephemeral-storage'])

/** There are such amounts, but most are for quotas. */
const counted = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
])
const standard = new Set(
  [...ofContainers]
    .flatMap(name => [name, `requests.${name}`, `limits.${name}`])
    .concat('storage', ...counted),
)

export const checkContainerResources = (
  field: string,
  resources: ResourceRequirements,
  spec: PodSpec,
): Errors =>
  errorsOf(
    checkRequirements(field, resources, checkContainerResourceName),
    resources.claims && checkClaimed(`${field}.claims`, resources.claims, spec.resourceClaims ?? []),
  )

/** What running the pod takes beside its containers. */
export const checkOverhead = (field: string, overhead: Amounts): Errors =>
  checkRequirements(field, { limits: overhead }, checkContainerResourceName)

/** `checkOne` tells what is wrong with the name of a resource, which is at `field`. */
export const checkRequirements = (
  field: string,
  { limits, requests }: ResourceRequirements,
  checkOne: (field: string, name: string) => Errors,
): Errors =>
  errorsOf(
    limits && checkAmounts(`${field}.limits`, limits, checkOne),
    requests && checkAmounts(`${field}.requests`, requests, checkOne),
    requests && checkEntries(requests, (name, request) => checkWithin(field, name, request, limits?.[name])),
    needsMore(limits, requests) && forbiddenField(field, 'HugePages require cpu or memory'),
  )

const needsMore = (limits: Amounts = {}, requests: Amounts = {}): boolean => {
  let huge = false
  for (const amounts of [limits, requests]) {
    if (amounts.cpu !== undefined || amounts.memory !== undefined) return false
    for (const name in amounts) huge ||= isHugePages(name)
  }
  return huge
}

const checkWithin = (field: string, name: string, request: string, limit: string | undefined): Errors => {
  if (limit === undefined) {
    return mayOvercommit(name)
      ? none
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit))
  if (order === 0 || (order < 0 && mayOvercommit(name))) return none
  const must = mayOvercommit(name) ? 'be less than or equal to' : 'be equal to'
  return [
    invalidValue(
      `${field}.requests`,
      canonicalQuantity(request),
      `must ${must} ${name} limit of ${canonicalQuantity(limit)}`,
    ),
  ]
}

const checkAmounts = (
  field: string,
  amounts: Amounts,
  checkOne: (field: string, name: string) => Errors,
): Errors =>
  checkEntries(amounts, (name, amount) => {
    const { nanos } = parseQuantity(amount)
    // Nearly always.
    if (nanos >= 0n && (name === 'cpu' || name === 'memory')) return none
    const at = `${field}[${name}]`
    const shown = canonicalQuantity(amount)
    return errorsOf(
      checkOne(at, name),
      nanos < 0n && invalidValue(at, shown, 'must be greater than or equal to 0'),
      nanos % 1_000_000_000n !== 0n &&
        (counted.has(name) || isExtended(name)) &&
        invalidValue(at, shown, 'must be an integer'),
      isHugePages(name) &&
        !isWholePages(name, nanos) &&
        invalidValue(at, shown, `${shown} is not positive integer multiple of ${name}`),
    )
  })

const isWholePages = (name: string, nanos: bigint): boolean => {
  try {
    const page = parseQuantity(name.slice('hugepages-'.length)).nanos
    return page > 0n && page % 1_000_000_000n === 0n && nanos % page === 0n
  } catch (error) {
    if (error instanceof QuantityError) return false
    throw error
  }
}

/** Of a resource of any kind of object. */
export const checkResourceName = (field: string, name: string): Errors => {
  const errors = checkText(field, name, qualifiedName)
  if (errors.length > 0 || name.includes('/') || standard.has(name) || isHugePages(name)) return errors
  return name.startsWith('requests.hugepages-')
    ? none
    : [invalidValue(field, name, 'must be a standard resource type or fully qualified')]
}

const checkContainerResourceName = (field: string, name: string): Errors =>
  errorsOf(checkResourceName(field, name), checkOfContainer(field, name))

const checkOfContainer = (field: string, name: string): Errors => {
  if (!name.includes('/')) {
    return ofContainers.has(name) || isHugePages(name)
      ? none
      : [invalidValue(field, name, 'must be a standard resource for containers')]
  }
  return isNative(name) || isExtended(name)
    ? none
    : [invalidValue(field, name, "doesn't follow extended resource name standard")]
}
