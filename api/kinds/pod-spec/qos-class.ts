import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { containersOf } from './defaults.ts'
import type { PodSpec, ResourceRequirements } from './types.ts'

type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** How firmly a pod holds its resources, by what it requests and is limited to, or else its containers. */
export const qosClassOf = (spec: PodSpec): QosClass => {
  const { limits = {}, requests = {} } = spec.resources ?? {}
  const ofPod = Object.keys(limits).length + Object.keys(requests).length > 0
  const all = ofPod ? [spec.resources] : containersOf(spec).map(({ resources }) => resources)
  if (!all.some(each => asks(each?.requests) || asks(each?.limits))) return 'BestEffort'
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

const asks = (amounts: ResourceRequirements['requests']): boolean =>
  isPositive(amounts?.cpu) || isPositive(amounts?.memory)

const isGuaranteed = (resources: ResourceRequirements | undefined): boolean =>
  (['cpu', 'memory'] as const).every(name => {
    const limit = resources?.limits?.[name]
    const request = resources?.requests?.[name] ?? limit
    return isPositive(limit) && request !== undefined && limit !== undefined && sameAmount(request, limit)
  })

const isPositive = (amount: string | undefined): boolean =>
  amount !== undefined && parseQuantity(amount).nanos > 0n

const sameAmount = (a: string, b: string): boolean =>
  compareQuantities(parseQuantity(a), parseQuantity(b)) === 0
