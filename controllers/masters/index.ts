import type { Ref } from '../../api/resource.ts'
import type { Controller } from '../runtime/index.ts'
import { announcement } from './announcement.ts'
import { leaseRefOf, type Master } from './master.ts'
import { publication } from './publication.ts'
import { serviceCIDR } from './service-cidr.ts'

export type { Master } from './master.ts'

export interface MastersOptions {
  /** Of this API server; no two that live may have the same. */
  readonly identity: string
  readonly self: Master
  /** What services get their addresses from; `at(0)` is the first. */
  readonly net: { readonly cidr: string; at(index: number): string }
}

/**
 * What clients find the API servers by. Every server runs these controllers, for itself and, as all come to the same
 * end, for the others.
 */
export const masters = ({ identity, self, net }: MastersOptions): readonly Controller[] => {
  const lease: Ref = leaseRefOf(identity)
  return [announcement(lease, self), publication(lease, self, net.at(0)), serviceCIDR(net.cidr)]
}
