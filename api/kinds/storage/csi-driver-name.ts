import { invalidValue } from '../../field-error.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkName, type Errors } from '../../validation/values.ts'

const longest = 63

/** Capitals are taken: the drivers of the first days have some. */
export const checkCSIDriverName = (field: string, name: string | undefined): Errors => [
  ...(name && name.length > longest
    ? [invalidValue(field, name, `must be no more than ${longest} characters`)]
    : []),
  ...checkName(field, name, text => dnsSubdomain(text.toLowerCase())),
]
