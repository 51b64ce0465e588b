import type { HostAlias, PodDNSConfig } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkIP, checkText, type Errors } from '../../validation/values.ts'

export const checkHostAliases = (field: string, aliases: readonly HostAlias[] = []): Errors =>
  aliases.flatMap(({ ip, hostnames = [] }, i) => [
    ...checkIP(`${field}[${i}].ip`, ip ?? ''),
    ...hostnames.flatMap((name, j) => checkText(`${field}[${i}].hostnames[${j}]`, name, dnsSubdomain)),
  ])

const most = { nameservers: 3, searches: 32 }

/** `policy` None leaves all to the configuration. */
export const checkDNS = (
  field: string,
  policy: string | undefined,
  config: PodDNSConfig | undefined,
): Errors => {
  if (policy === 'None' && !config) {
    return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  }
  const { nameservers = [], searches = [], options = [] } = config ?? {}
  return [
    ...(policy === 'None' && nameservers.length === 0
      ? [
          required(
            `${field}.nameservers`,
            'must provide at least one DNS nameserver when `dnsPolicy` is None',
          ),
        ]
      : []),
    ...(nameservers.length > most.nameservers
      ? [
          invalidValue(
            `${field}.nameservers`,
            nameservers,
            `must not have more than ${most.nameservers} nameservers`,
          ),
        ]
      : []),
    ...nameservers.flatMap((each, i) => checkIP(`${field}.nameservers[${i}]`, each)),
    ...(searches.length > most.searches
      ? [invalidValue(`${field}.searches`, searches, `must not have more than ${most.searches} search paths`)]
      : []),
    ...options.flatMap(({ name }, i) =>
      name ? [] : [required(`${field}.options[${i}]`, 'must not be empty')],
    ),
  ]
}
