import type { ObjectFieldSelector, ResourceFieldSelector } from 'kubernetes-types/core/v1'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import { canonicalQuantity, parseQuantity } from '../../quantity.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkText, type Errors, errorsOf, none } from '../../validation/values.ts'

const always = ['metadata.name', 'metadata.namespace', 'metadata.uid']

/** The fields of a pod that variables may hold. */
export const ofEnv = [
  ...always,
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** Those that files may hold. */
export const ofVolume = [...always, 'metadata.annotations', 'metadata.labels']

/** There are such fields, but they do not go everywhere. */
const known = new Set([...ofEnv, ...ofVolume, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])

const maps = ['metadata.annotations', 'metadata.labels']

/** One entry of a map: `metadata.labels['app']`. */
const entry = /^(.+?)\['(.*)'\]$/s

export const checkFieldRef = (
  field: string,
  { apiVersion = 'v1', fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
): Errors => {
  if (!fieldPath) return [required(`${field}.fieldPath`)]
  if (apiVersion === 'v1' && allowed.includes(fieldPath)) return none
  const wrong = (why: string): Errors => [
    invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ]
  if (apiVersion !== 'v1') return wrong(`unsupported pod version: ${apiVersion}`)
  const [, map, key] = entry.exec(fieldPath) ?? []
  if (map !== undefined && key !== undefined) {
    if (!maps.includes(map)) return wrong(`field label does not support subscript: ${fieldPath}`)
    return checkText(field, map === 'metadata.annotations' ? key.toLowerCase() : key, qualifiedName)
  }
  // What clients of old call it.
  const path = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
  if (!known.has(path)) return wrong(`field label not supported: ${fieldPath}`)
  return allowed.includes(path) ? none : [notSupported(`${field}.fieldPath`, path, allowed.toSorted())]
}

const resources = ['limits', 'requests'].flatMap(each =>
  ['cpu', 'ephemeral-storage', 'memory'].map(name => `${each}.${name}`),
)

export const checkResourceRef = (
  field: string,
  { resource = '', divisor }: Partial<ResourceFieldSelector>,
): Errors =>
  errorsOf(
    checkResource(`${field}.resource`, resource),
    divisor !== undefined && checkDivisor(`${field}.divisor`, resource, divisor),
  )

/** In files it has to be said of which container. */
export const checkContainerResourceRef = (field: string, selector: ResourceFieldSelector): Errors =>
  selector.containerName
    ? checkResourceRef(field, selector)
    : errorsOf(
        required(`${field}.containerName`),
        selector.divisor !== undefined &&
          checkDivisor(`${field}.divisor`, selector.resource, selector.divisor),
      )

const checkResource = (field: string, resource: string): Errors => {
  if (!resource) return [required(field)]
  return resources.includes(resource) || hugePages.test(resource)
    ? none
    : [notSupported(field, resource, resources)]
}

const hugePages = /^(?:limits|requests)\.hugepages-/

const units = ['1', ...['k', 'M', 'G', 'T', 'P', 'E'].map(unit => `1${unit}`)].concat(
  ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map(unit => `1${unit}`),
)

/** What an amount may be told in, by what it is an amount of. */
const divisors: readonly (readonly [of: RegExp, divisors: readonly string[], shown: string, what: string])[] =
  [
    [/\.cpu$/, ['1m', '1'], '1m and 1', 'cpu'],
    [/\.memory$/, units, units.join(', '), 'memory'],
    [/\.ephemeral-storage$/, units, units.join(', '), 'local ephemeral storage'],
    [/\.hugepages-/, units, units.join(', '), 'hugepages'],
  ]

const checkDivisor = (field: string, resource: string, divisor: string): Errors => {
  if (parseQuantity(divisor).nanos === 0n) return none
  const rule = divisors.find(([of]) => of.test(resource))
  if (!rule) return none
  const [, supported, shown, what] = rule
  return supported.includes(canonicalQuantity(divisor))
    ? none
    : [
        invalidValue(
          field,
          resource,
          `only divisor's values ${shown} are supported with the ${what} resource`,
        ),
      ]
}
