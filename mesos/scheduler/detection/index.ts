import { defer, from, type Observable, of, switchMap } from 'rxjs'
import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { Detected } from './detected.ts'
import { type Masters, parseMasters } from './parse-masters.ts'

export interface DetectionOptions {
  /** `host:port`, a URL for TLS, a list of these, or `zk://...`: see `-mesos_master`. */
  readonly masters: string
  /** Masters that are named without a scheme, by us or in ZooKeeper, speak TLS. */
  readonly tls?: boolean
  readonly logger: Logger
  readonly clock: Clock
}

/** Who may lead, whenever that changes; a list of masters stays as it is. Throws MalformedMasters. */
export const detectMasters = ({
  masters,
  tls = false,
  logger,
  clock,
}: DetectionOptions): Observable<Detected> => {
  const parsed: Masters = parseMasters(masters, tls)
  if (parsed.type === 'list') return of({ masters: parsed.masters })
  // Loaded only where it is needed.
  return defer(() => from(import('./zookeeper.ts'))).pipe(
    switchMap(({ leaderInZooKeeper }) => leaderInZooKeeper({ ...parsed, tls, logger, clock })),
  )
}
