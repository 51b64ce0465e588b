import { IPAddress, Lease } from '../../api/kinds/index.ts'
import type { Controller } from '../runtime/index.ts'
import { completeServices } from './services.ts'
import { unusedClaims } from './unused-claims.ts'

/**
 * The service portal allocator. API servers give services their addresses and node ports; this puts right what a
 * crash of one of them has left, and what was there before there were any.
 */
export const portals = (): readonly Controller[] => [
  completeServices(),
  unusedClaims(IPAddress, 'portal-addresses'),
  unusedClaims(Lease, 'portal-node-ports'),
]
