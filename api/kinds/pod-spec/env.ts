import type { EnvFromSource } from 'kubernetes-types/core/v1'
import { danglingName, invalidValue, required } from '../../field-error.ts'
import { type Check, configKey, dnsLabel, dnsSubdomain, envName } from '../../validation/names.ts'
import { checkEach, checkName, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkFieldRef, checkResourceRef, ofEnv } from './downward.ts'
import { checkNoBacksteps } from './paths.ts'
import type { Container, EnvVar, EnvVarSource, FileKeySelector, Volume } from './types.ts'

const tooMany = 'may not have more than one field specified at a time'

export const checkEnv = (field: string, { name, value, valueFrom }: EnvVar): Errors =>
  errorsOf(
    checkName(`${field}.name`, name, envName),
    valueFrom && checkSource(`${field}.valueFrom`, valueFrom, value),
  )

const checkSource = (field: string, source: EnvVarSource, value: string | undefined): Errors => {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  return errorsOf(
    fieldRef && checkFieldRef(`${field}.fieldRef`, fieldRef, ofEnv),
    resourceFieldRef && checkResourceRef(`${field}.resourceFieldRef`, resourceFieldRef),
    configMapKeyRef && checkKeyRef(`${field}.configMapKeyRef`, configMapKeyRef),
    secretKeyRef && checkKeyRef(`${field}.secretKeyRef`, secretKeyRef),
    fileKeyRef && checkFileKeyRef(`${field}.fileKeyRef`, fileKeyRef),
    checkOneSource(field, Object.keys(source).length, value),
  )
}

const checkOneSource = (field: string, given: number, value: string | undefined): Errors => {
  if (given === 0) {
    const known = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
    return [invalidValue(field, '', `must specify one of: ${known}`)]
  }
  if (value) return [invalidValue(field, '', 'may not be specified when `value` is not empty')]
  return given > 1 ? [invalidValue(field, '', tooMany)] : none
}

const checkKeyRef = (field: string, { name = '', key }: { name?: string; key?: string }): Errors =>
  errorsOf(checkText(`${field}.name`, name, dnsSubdomain), checkName(`${field}.key`, key, configKey))

const checkFileKeyRef = (field: string, { key, volumeName, path }: FileKeySelector): Errors =>
  errorsOf(
    checkName(`${field}.key`, key, envName),
    checkName(`${field}.volumeName`, volumeName, dnsLabel),
    path ? checkNoBacksteps(`${field}.path`, path) : required(`${field}.path`),
  )

/** The files that variables are read from lie in volumes that the pod's own containers fill. */
export const checkFileVolumes = (
  field: string,
  containers: readonly Container[] = [],
  volumes: readonly Volume[] = [],
): Errors =>
  checkEach(field, containers, (at, { env }) =>
    env
      ? checkEach(`${at}.env`, env, (path, { valueFrom }) =>
          valueFrom?.fileKeyRef
            ? checkFileVolume(
                `${path}.valueFrom.fileKeyRef.volumeName`,
                valueFrom.fileKeyRef.volumeName ?? '',
                volumes,
              )
            : none,
        )
      : none,
  )

const checkFileVolume = (field: string, name: string, volumes: readonly Volume[]): Errors => {
  const volume = volumes.find(each => each.name === name)
  if (!volume) return [danglingName(field, name)]
  return volume.emptyDir ? none : [invalidValue(field, name, 'referenced volume must be of type emptyDir')]
}

export const checkEnvFrom = (field: string, sources: readonly EnvFromSource[]): Errors =>
  checkEach(field, sources, (at, { prefix, configMapRef, secretRef }) =>
    errorsOf(
      prefix && checkText(`${at}.prefix`, prefix, envName),
      configMapRef && checkName(`${at}.configMapRef.name`, configMapRef.name, aboutSubdomain),
      secretRef && checkName(`${at}.secretRef.name`, secretRef.name, aboutSubdomain),
      !configMapRef &&
        !secretRef &&
        invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'),
      configMapRef && secretRef && invalidValue(field, '', tooMany),
    ),
  )

/** As in kube-apiserver, these are looked at as if more of the name were to come. */
const aboutSubdomain: Check = name => dnsSubdomain(name.replace(/.-$/, 'a'))
