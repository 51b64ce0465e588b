import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector } from 'kubernetes-types/core/v1'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import { configKey, dnsSubdomain, envName } from '../../validation/names.ts'
import { checkEach, checkName, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'

const tooMany = 'may not have more than one field specified at a time'

export const checkEnv = (field: string, { name, value, valueFrom }: EnvVar): Errors =>
  errorsOf(
    checkName(`${field}.name`, name, envName),
    valueFrom && checkSource(`${field}.valueFrom`, valueFrom),
    valueFrom &&
      value &&
      invalidValue(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty'),
  )

const checkSource = (field: string, source: EnvVarSource): Errors => {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source
  const given = Object.keys(source).length
  return errorsOf(
    fieldRef && checkFieldRef(`${field}.fieldRef`, fieldRef, ofEnv),
    resourceFieldRef && checkResourceRef(`${field}.resourceFieldRef`, resourceFieldRef.resource),
    configMapKeyRef && checkKeyRef(`${field}.configMapKeyRef`, configMapKeyRef),
    secretKeyRef && checkKeyRef(`${field}.secretKeyRef`, secretKeyRef),
    given === 0 &&
      invalidValue(
        field,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ),
    given > 1 && invalidValue(field, '', tooMany),
  )
}

const always = ['metadata.name', 'metadata.namespace', 'metadata.uid']

const ofEnv = [
  ...always,
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** What files may hold. */
export const ofVolume = [...always, 'metadata.annotations', 'metadata.labels']

/** There are such fields, but they do not go everywhere. */
const known = new Set([...ofEnv, ...ofVolume, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])

export const checkFieldRef = (
  field: string,
  { fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
): Errors => {
  if (!fieldPath) return [required(`${field}.fieldPath`)]
  if (allowed.includes(fieldPath) || /^metadata\.(labels|annotations)\['[^']+'\]$/.test(fieldPath))
    return none
  return known.has(fieldPath)
    ? [notSupported(`${field}.fieldPath`, fieldPath, allowed.toSorted())]
    : [
        invalidValue(
          `${field}.fieldPath`,
          fieldPath,
          `error converting fieldPath: field label not supported: ${fieldPath}`,
        ),
      ]
}

const resources = ['limits', 'requests'].flatMap(each =>
  ['cpu', 'ephemeral-storage', 'memory'].map(name => `${each}.${name}`),
)

export const checkResourceRef = (field: string, resource: string | undefined): Errors => {
  if (!resource) return [required(`${field}.resource`)]
  return resources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)
    ? none
    : [notSupported(`${field}.resource`, resource, resources)]
}

const checkKeyRef = (field: string, { name = '', key }: { name?: string; key?: string }): Errors =>
  errorsOf(checkText(`${field}.name`, name, dnsSubdomain), checkName(`${field}.key`, key, configKey))

export const checkEnvFrom = (field: string, sources: readonly EnvFromSource[]): Errors =>
  checkEach(field, sources, (at, { prefix, configMapRef, secretRef }) =>
    errorsOf(
      prefix && checkText(`${at}.prefix`, prefix, envName),
      configMapRef && checkName(`${at}.configMapRef.name`, configMapRef.name, dnsSubdomain),
      secretRef && checkName(`${at}.secretRef.name`, secretRef.name, dnsSubdomain),
      !configMapRef &&
        !secretRef &&
        invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'),
      configMapRef && secretRef && invalidValue(field, '', tooMany),
    ),
  )
