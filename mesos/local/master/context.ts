import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { Timing } from '../timing.ts'
import type { Allocator } from './allocator.ts'
import type { InverseOffers } from './inverse-offers.ts'
import type { MasterState } from './state.ts'

/** What the parts of one master share. */
export interface MasterContext {
  readonly state: MasterState
  readonly allocator: Allocator
  readonly inverseOffers: InverseOffers
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: Timing
  /** Secrets of frameworks by principal, where they must authenticate. */
  /** Resolves when what masters hand on is where it outlives them. */
  readonly save: () => Promise<void>
  readonly credentials: ReadonlyMap<string, string> | undefined
}

/** For changes that nobody waits for. */
export const saveSoon = ({ save, logger }: MasterContext): void => {
  save().catch(error => logger.error('the registry was not saved', { error }))
}
