import { backoff } from '../../util/backoff.ts'
import { type Absence, isIdle, type SessionConfig, type SessionState } from './state.ts'

/** How long an agent is awaited that refuses, or that is away while there is nothing to lose. */
const shortPatience = 5000

/** The state after a connection, or a try to make one, has failed. */
export const away = (
  state: SessionState,
  config: SessionConfig,
  now: number,
  refused: boolean,
): SessionState => {
  const { connection } = state
  const before: Absence = connection.is === 'subscribed' ? { since: now, failures: 0 } : connection
  // An agent that comes back waits only about 2 s for its executors: half the longest back-off never misses that.
  const delay = backoff(
    before.failures,
    { initial: 100, max: config.subscriptionBackoffMax / 2 },
    config.random,
  )
  return {
    ...state,
    sending: undefined,
    connection: {
      is: 'waiting',
      since: before.since,
      failures: before.failures + 1,
      retryAt: now + delay,
      ...(refused ? { refusedSince: before.refusedSince ?? now } : {}),
    },
  }
}

/** When an agent that is away is given up. */
export const patience = (state: SessionState, { checkpoint, recoveryTimeout }: SessionConfig): number => {
  if (state.connection.is === 'subscribed') return Number.POSITIVE_INFINITY
  const { since, refusedSince } = state.connection
  const limit = isIdle(state) ? Math.min(shortPatience, recoveryTimeout) : checkpoint ? recoveryTimeout : 0
  // An agent that starts answers 404 before it knows its own API: a refusal counts when it lasts.
  return Math.min(since + limit, (refusedSince ?? Number.POSITIVE_INFINITY) + shortPatience)
}
