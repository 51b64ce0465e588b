import type { Sysctl } from 'kubernetes-types/core/v1'
import { duplicate, invalidValue, required } from '../../field-error.ts'
import { checkEach, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

const longest = 253
const sysctl = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/

export const checkSysctls = (field: string, sysctls: readonly Sysctl[], spec: PodSpec): Errors => {
  const names = new Set<string>()
  return checkEach(field, sysctls, (at, { name = '' }) => {
    const errors = errorsOf(
      checkName(`${at}.name`, name, names),
      spec.hostNetwork && ofNetwork.test(dotted(name)) && hostOwns(`${at}.name`, name, 'hostNetwork'),
      spec.hostIPC && ofIPC.test(dotted(name)) && hostOwns(`${at}.name`, name, 'hostIPC'),
    )
    names.add(name)
    return errors
  })
}

const checkName = (field: string, name: string, names: ReadonlySet<string>): Errors => {
  if (!name) return [required(field)]
  if (!sysctl.test(name) || name.length > longest) {
    const form = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
    return [invalidValue(field, name, `must have at most ${longest} characters and match regex ${form}`)]
  }
  return names.has(name) ? [duplicate(field, name)] : none
}

// What a namespace of the kernel has of its own: a pod that shares it with the host would set it for the host.
const ofNetwork = /^net\./
const ofIPC =
  /^(?:kernel\.(?:sem|shm|shmall|shmmax|shmmni|shm_rmid_forced|msg|msgmax|msgmnb|msgmni)$|fs\.mqueue\.)/

/** With slashes for dots, a name may have dots in its parts: `net/ipv4/conf/eno2.100/rp_filter`. */
const dotted = (name: string): string => {
  const slash = name.indexOf('/')
  const dot = name.indexOf('.')
  if (slash < 0 || (dot >= 0 && dot < slash)) return name
  return name.replaceAll(/[./]/g, each => (each === '/' ? '.' : '/'))
}

const hostOwns = (field: string, name: string, shared: string) =>
  invalidValue(field, name, `may not be specified when '${shared}' is true`)
