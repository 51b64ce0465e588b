import { internal, invalid } from '../../api/errors.ts'
import { type FieldError, invalidValue } from '../../api/field-error.ts'
import { Service } from '../../api/kinds/index.ts'
import { hasAddress } from '../../api/kinds/service/allocated.ts'
import { addressClaim } from '../../api/kinds/service/claims.ts'
import { refOf } from '../../api/resource.ts'
import type { Claims } from './allocator.ts'
import type { IPv4Net } from './ipv4-net.ts'
import { tryOrder } from './try-order.ts'

type Spec = Service['spec']

const refuse = (service: Service, error: FieldError) => invalid(Service, service.metadata.name, [error])

/** In the words of kube-apiserver. */
const refusal = (address: string, why: string): FieldError =>
  invalidValue('spec.clusterIPs', [address], `failed to allocated ip:${address} with error:${why}`)

/** The family of the addresses, of which there is only one. A service without address or pods has its own rule. */
const familiesOf = (service: Service): Partial<Spec> => {
  const { clusterIP, selector = {}, ipFamilies = [], ipFamilyPolicy } = service.spec
  const other = ipFamilies.findIndex(family => family !== 'IPv4')
  const elsewhere = clusterIP === 'None' && Object.keys(selector).length === 0
  if (elsewhere) {
    const policy = ipFamilyPolicy ?? (ipFamilies.length === 1 ? 'SingleStack' : 'RequireDualStack')
    const both = policy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6']
    return { ipFamilies: ipFamilies.length > 0 ? ipFamilies : both, ipFamilyPolicy: policy }
  }
  if (ipFamilyPolicy === 'RequireDualStack' || ipFamilies.length > 1) {
    const why = 'this cluster is not configured for dual-stack services'
    throw refuse(service, invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy ?? '', why))
  }
  if (other >= 0) {
    const why = 'not configured on this cluster'
    throw refuse(service, invalidValue(`spec.ipFamilies[${other}]`, ipFamilies[other], why))
  }
  return { ipFamilies: ['IPv4'], ipFamilyPolicy: ipFamilyPolicy ?? 'SingleStack' }
}

/** The address that the service asks for, or any that is free. */
const addressFor = async (
  net: IPv4Net,
  service: Service,
  old: Service | undefined,
  claims: Claims,
): Promise<string> => {
  const wanted = service.spec.clusterIP
  const ref = refOf(service)
  if (wanted && wanted === old?.spec.clusterIP) return wanted
  if (wanted) {
    if (!net.contains(wanted)) {
      const why = `provided IP is not in the valid range. The range of valid IPs is ${net.cidr}`
      throw refuse(service, refusal(wanted, why))
    }
    if (!(await claims.take(addressClaim(ref, wanted)))) {
      throw refuse(service, refusal(wanted, 'provided IP is already allocated'))
    }
    return wanted
  }
  const candidates = function* () {
    for (const index of tryOrder(net.size)) yield addressClaim(ref, net.at(index))
  }
  const name = (await claims.takeFirst(candidates))?.draft.metadata.name
  if (name) return name
  throw internal(
    `failed to allocate a serviceIP: range is full: all ${net.size} addresses of ${net.cidr} are taken, ` +
      'delete services or give a larger -portal_net',
  )
}

/** The service with its address and all that is said about it. */
export const allocateAddress = async (
  net: IPv4Net,
  service: Service,
  old: Service | undefined,
  claims: Claims,
): Promise<Service> => {
  const { spec } = service
  if (spec.type === 'ExternalName') return service
  const families = familiesOf(service)
  const clusterIP = hasAddress(spec) ? await addressFor(net, service, old, claims) : 'None'
  return { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP], ...families } }
}
