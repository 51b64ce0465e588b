import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { qualifiedName } from '../../validation/names.ts'
import { checkEntries, checkText, type Errors, errorsOf, none } from '../../validation/values.ts'

/** Of others than Kubernetes: whole things, which nobody shares. */
const isExtended = (name: string): boolean => name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name)

const standard = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/

export const checkResources = (field: string, { limits, requests }: ResourceRequirements): Errors =>
  errorsOf(
    limits && checkAmounts(`${field}.limits`, limits),
    requests && checkAmounts(`${field}.requests`, requests),
    requests &&
      checkEntries(requests, (name, request) => {
        const limit = limits?.[name]
        if (limit === undefined) {
          return isExtended(name)
            ? [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
            : none
        }
        return compareQuantities(parseQuantity(request), parseQuantity(limit)) > 0
          ? [
              invalidValue(
                `${field}.requests`,
                request,
                `must be less than or equal to ${name} limit of ${limit}`,
              ),
            ]
          : none
      }),
  )

const checkAmounts = (field: string, amounts: Readonly<Record<string, string>>): Errors =>
  checkEntries(amounts, (name, amount) =>
    errorsOf(
      checkResourceName(`${field}[${name}]`, name),
      parseQuantity(amount).nanos < 0n &&
        invalidValue(`${field}[${name}]`, amount, 'must be greater than or equal to 0'),
      isExtended(name) &&
        parseQuantity(amount).nanos % 1_000_000_000n !== 0n &&
        invalidValue(`${field}[${name}]`, amount, 'must be an integer'),
    ),
  )

const checkResourceName = (field: string, name: string): Errors => {
  const errors = checkText(field, name, qualifiedName)
  if (errors.length > 0 || name.includes('/') || standard.test(name)) return errors
  return [
    invalidValue(field, name, 'must be a standard resource type or fully qualified'),
    invalidValue(field, name, 'must be a standard resource for containers'),
  ]
}

type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** How firmly a pod holds its resources, by what its containers request and are limited to. */
export const qosClassOf = (containers: readonly Container[]): QosClass => {
  if (!containers.some(({ resources }) => asks(resources?.requests) || asks(resources?.limits))) {
    return 'BestEffort'
  }
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

const asks = (amounts: ResourceRequirements['requests']): boolean =>
  isPositive(amounts?.cpu) || isPositive(amounts?.memory)

const isGuaranteed = ({ resources }: Container): boolean =>
  (['cpu', 'memory'] as const).every(name => {
    const limit = resources?.limits?.[name]
    const request = resources?.requests?.[name] ?? limit
    return isPositive(limit) && request !== undefined && limit !== undefined && sameAmount(request, limit)
  })

const isPositive = (amount: string | undefined): boolean =>
  amount !== undefined && parseQuantity(amount).nanos > 0n

const sameAmount = (a: string, b: string): boolean =>
  compareQuantities(parseQuantity(a), parseQuantity(b)) === 0
