import { Service } from '../../api/kinds/index.ts'
import { claimsOf } from '../../api/kinds/service/claims.ts'
import type { Allocator } from './allocator.ts'
import type { IPv4Net } from './ipv4-net.ts'
import { allocateNodePorts } from './node-ports.ts'
import { allocateAddress } from './service-address.ts'

/** Hands out the addresses of services, from `net`, and their ports of the nodes. */
export const serviceAllocator = (net: IPv4Net): Allocator<Service> => ({
  kind: Service,
  claimsOf,
  async allocate(service, old, claims) {
    // The status alone was written.
    if (service.spec === old?.spec) return service
    return allocateNodePorts(await allocateAddress(net, service, old, claims), old, claims)
  },
})
