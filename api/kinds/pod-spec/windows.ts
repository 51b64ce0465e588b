import type { SecurityContext, WindowsSecurityContextOptions } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, notSupported, required } from '../../field-error.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkEach, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { Container, PodSpec } from './types.ts'

const mostSpecBytes = 64 * 1024
const domainLength = 256
const longestUser = 104

export const checkWindowsOptions = (field: string, options: WindowsSecurityContextOptions): Errors => {
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options
  return errorsOf(
    specName !== undefined && checkText(`${field}.gmsaCredentialSpecName`, specName, dnsSubdomain),
    spec === '' &&
      invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'),
    spec !== undefined &&
      Buffer.byteLength(spec) > mostSpecBytes &&
      invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'),
    user !== undefined && checkText(`${field}.runAsUserName`, user, userName),
  )
}

/** `user` or `DOMAIN\user`. */
const userName = (text: string): readonly string[] => {
  const is = (what: string) => [`runAsUserName ${what}`]
  if (text === '') return is('cannot be an empty string')
  if (controls.test(text)) return is('cannot contain control characters')
  const parts = text.split('\\')
  if (parts.length > 2) return is('cannot contain more than one backslash')
  const [user = '', domain] = parts.reverse()
  const rules: readonly (readonly [broken: boolean, message: string])[] = [
    [
      (domain ?? '').length >= domainLength,
      `runAsUserName's Domain length must be under ${domainLength} characters`,
    ],
    [
      domain !== undefined && !netBios.test(domain) && !dnsName.test(domain),
      "runAsUserName's Domain doesn't match the NetBios nor the DNS format",
    ],
    [user === '', "runAsUserName's User cannot be empty"],
    [
      user.length > longestUser,
      `runAsUserName's User length must not be longer than ${longestUser} characters`,
    ],
    [/^[. ]+$/.test(user), "runAsUserName's User cannot contain only periods or spaces"],
    [
      /["/\\:;|=,+*?<>@[\]]/.test(user),
      'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    ],
  ]
  return rules.filter(([broken]) => broken).map(([, message]) => message)
}

const controls = /\p{Cc}/u
const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const dnsName = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`)

/** The system that the containers are made for: what the other has does not go with it. */
export const checkOS = (field: string, spec: PodSpec, name: string | undefined): Errors => {
  switch (name) {
    case 'linux':
      return checkLinux(field, spec)
    case 'windows':
      return checkWindows(field, spec)
    case undefined:
    case '':
      return [required(`${field}.os.name`)]
    default:
      return [notSupported(`${field}.os`, name, ['linux', 'windows'])]
  }
}

const checkLinux = (field: string, spec: PodSpec): Errors => {
  const why = 'windows options cannot be set for a linux pod'
  return errorsOf(
    spec.securityContext?.windowsOptions && forbiddenField(`${field}.securityContext.windowsOptions`, why),
    checkContexts(field, spec, (at, { windowsOptions }) =>
      windowsOptions ? [forbiddenField(`${at}.windowsOptions`, why)] : none,
    ),
  )
}

const notForWindows = 'cannot be set for a windows pod'

const checkWindows = (field: string, spec: PodSpec): Errors => {
  const { securityContext = {}, hostUsers, hostPID, hostIPC, shareProcessNamespace: shared } = spec
  const no = (member: string, given: unknown): Errors =>
    given ? [forbiddenField(`${field}.${member}`, notForWindows)] : none
  const noContext = (member: keyof typeof securityContext) =>
    no(`securityContext.${member}`, securityContext[member] !== undefined)
  return errorsOf(
    noContext('appArmorProfile'),
    noContext('seLinuxOptions'),
    no('hostUsers', hostUsers !== undefined),
    no('hostPID', hostPID),
    no('hostIPC', hostIPC),
    noContext('seccompProfile'),
    noContext('fsGroup'),
    noContext('fsGroupChangePolicy'),
    no('securityContext.sysctls', securityContext.sysctls?.length),
    no('shareProcessNamespace', shared !== undefined),
    noContext('runAsUser'),
    noContext('runAsGroup'),
    noContext('supplementalGroups'),
    noContext('supplementalGroupsPolicy'),
    noContext('seLinuxChangePolicy'),
    checkContexts(field, spec, checkWindowsContext),
  )
}

const linuxOnly = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

const checkWindowsContext = (field: string, context: SecurityContext): Errors =>
  errorsOf(
    ...linuxOnly.map(
      member => context[member] !== undefined && forbiddenField(`${field}.${member}`, notForWindows),
    ),
  )

const checkContexts = (
  field: string,
  { initContainers = [], containers }: PodSpec,
  check: (field: string, context: SecurityContext) => Errors,
): Errors => {
  const ofContainer = (at: string, { securityContext }: Container) =>
    securityContext ? check(`${at}.securityContext`, securityContext) : none
  return errorsOf(
    checkEach(`${field}.initContainers`, initContainers, ofContainer),
    checkEach(`${field}.containers`, containers, ofContainer),
  )
}
