import { danglingName, duplicate, invalidValue, required, Struct } from '../../field-error.ts'
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts'
import { checkEach, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'
import type { PodResourceClaim, ResourceClaim } from './types.ts'

/** The devices that a pod asks for, by the name of a claim or of a template of claims. */
export const checkResourceClaims = (field: string, claims: readonly PodResourceClaim[]): Errors => {
  const names = new Set<string>()
  return checkEach(field, claims, (at, claim) => {
    const { name = '', resourceClaimName: claimed, resourceClaimTemplateName: template } = claim
    // In the form of kube-apiserver's own objects, which have no JSON names.
    const shown = new Struct({
      Name: name,
      ResourceClaimName: claimed ?? null,
      ResourceClaimTemplateName: template ?? null,
    })
    return errorsOf(
      checkClaimName(`${at}.name`, name, names),
      claimed !== undefined &&
        template !== undefined &&
        invalidValue(
          at,
          shown,
          'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        ),
      claimed === undefined &&
        template === undefined &&
        invalidValue(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
      claimed !== undefined && checkText(`${at}.resourceClaimName`, claimed, dnsSubdomain),
      template !== undefined && checkText(`${at}.resourceClaimTemplateName`, template, dnsSubdomain),
    )
  })
}

const checkClaimName = (field: string, name: string, names: Set<string>): Errors => {
  if (!name) return [required(field)]
  if (names.has(name)) return [duplicate(field, name)]
  names.add(name)
  return checkText(field, name, dnsLabel)
}

/** What a container takes of the pod's claims: a claim as a whole, or some of its requests. */
export const checkClaimed = (
  field: string,
  taken: readonly ResourceClaim[],
  claims: readonly PodResourceClaim[],
): Errors => {
  const seen = new Set<string>()
  return checkEach(field, taken, (at, { name, request }) => {
    if (!name) return [required(at)]
    return errorsOf(
      checkTakenOnce(at, name, request, seen),
      !claims.some(claim => claim.name === name) && {
        ...danglingName(at, name),
        detail: `must be one of the names in pod.spec.resourceClaims${namesText(claims)}`,
      },
    )
  })
}

const checkTakenOnce = (
  field: string,
  name: string,
  request: string | undefined,
  seen: Set<string>,
): Errors => {
  if (seen.has(name)) return [duplicate(field, name)]
  const key = request ? `${name}/${request}` : name
  const again = seen.has(key)
    ? [duplicate(field, key)]
    : request
      ? none
      : [...seen].filter(each => each.startsWith(`${name}/`)).map(() => duplicate(field, name))
  seen.add(key)
  return errorsOf(request && checkText(`${field}.request`, request, dnsLabel), again)
}

const namesText = (claims: readonly PodResourceClaim[]): string => {
  const names = claims.flatMap(({ name }) => name || [])
  return names.length === 0 ? ' which is empty' : `: ${names.sort().join(', ')}`
}
