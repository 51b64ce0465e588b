import type { HostAlias, PodDNSConfig } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkEach, checkIP, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'

export const checkHostAliases = (field: string, aliases: readonly HostAlias[]): Errors =>
  checkEach(field, aliases, (at, { ip, hostnames }) =>
    errorsOf(
      checkIP(`${at}.ip`, ip ?? ''),
      hostnames &&
        checkEach(`${at}.hostnames`, hostnames, (path, name) => checkText(path, name, dnsSubdomain)),
    ),
  )

const most = { nameservers: 3, searches: 32 }

/** `policy` None leaves all to the configuration. */
export const checkDNS = (
  field: string,
  policy: string | undefined,
  config: PodDNSConfig | undefined,
): Errors => {
  if (!config) {
    return policy === 'None' ? [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')] : none
  }
  const { nameservers = [], searches = [], options } = config
  return errorsOf(
    policy === 'None' &&
      nameservers.length === 0 &&
      required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
    nameservers.length > most.nameservers &&
      invalidValue(
        `${field}.nameservers`,
        nameservers,
        `must not have more than ${most.nameservers} nameservers`,
      ),
    checkEach(`${field}.nameservers`, nameservers, checkIP),
    searches.length > most.searches &&
      invalidValue(`${field}.searches`, searches, `must not have more than ${most.searches} search paths`),
    options &&
      checkEach(`${field}.options`, options, (at, { name }) =>
        name ? none : [required(at, 'must not be empty')],
      ),
  )
}
