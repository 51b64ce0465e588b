import type { HostAlias, PodDNSConfig } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required, tooLong } from '../../field-error.ts'
import { dnsSubdomain, underscoredSubdomain } from '../../validation/names.ts'
import { checkEach, checkIP, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

export const checkHostAliases = (field: string, aliases: readonly HostAlias[]): Errors =>
  checkEach(field, aliases, (at, { ip, hostnames }) =>
    errorsOf(
      checkIP(`${at}.ip`, ip ?? ''),
      hostnames &&
        checkEach(`${at}.hostnames`, hostnames, (path, name) => checkText(path, name, dnsSubdomain)),
    ),
  )

const most = { nameservers: 3, searches: 32, searchCharacters: 2048 }

/** `policy` None leaves all to the configuration. */
export const checkDNS = (
  field: string,
  policy: string | undefined,
  config: PodDNSConfig | undefined,
): Errors => {
  const { nameservers = [], searches = [], options = [] } = config ?? {}
  if (policy === 'None') {
    if (!config) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if (nameservers.length === 0) {
      const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
      return [required(`${field}.nameservers`, why)]
    }
  }
  if (!config) return none
  return errorsOf(
    nameservers.length > most.nameservers &&
      invalidValue(
        `${field}.nameservers`,
        nameservers,
        `must not have more than ${most.nameservers} nameservers`,
      ),
    checkEach(`${field}.nameservers`, nameservers, checkIP),
    searches.length > most.searches &&
      invalidValue(`${field}.searches`, searches, `must not have more than ${most.searches} search paths`),
    searches.join(' ').length > most.searchCharacters &&
      invalidValue(
        `${field}.searches`,
        searches,
        `must not have more than ${most.searchCharacters} characters (including spaces) in the search list`,
      ),
    checkEach(`${field}.searches`, searches, checkSearch),
    checkEach(`${field}.options`, options, (at, { name }) =>
      name ? none : [required(at, 'must not be empty')],
    ),
  )
}

/** A domain to look for names in; the root, and one that says with a dot that it is complete, are some as well. */
const checkSearch = (field: string, search: string): Errors =>
  search === '.' ? none : checkText(field, search.replace(/\.$/, ''), underscoredSubdomain)

const longestHostname = 64

/** The name that the pod has inside, whatever it is called. */
export const checkHostnameOverride = (field: string, name: string, spec: PodSpec): Errors =>
  errorsOf(
    spec.setHostnameAsFQDN && forbiddenField(field, 'may not be specified when setHostnameAsFQDN is true'),
    spec.hostNetwork && forbiddenField(field, 'may not be specified when hostNetwork is true'),
    Buffer.byteLength(name) > longestHostname && tooLong(field, '', longestHostname),
    checkText(field, name, dnsSubdomain),
  )
