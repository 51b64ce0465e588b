import type { SchedulerEvent } from '../../../mesos/protocol/messages.gen.ts'
import type { Session } from '../../../mesos/scheduler/framework.ts'
import { type SessionConfig, sessionStep } from '../../../mesos/scheduler/session.ts'
import {
  initialSession,
  type SessionEffect,
  type SessionInput,
} from '../../../mesos/scheduler/session-state.ts'
import { ManualClock } from '../../support/manual-clock.ts'

export const [first, second, leader] = [1, 2, 3].map(n => new URL(`http://m${n}:5050/api/v1/scheduler`)) as [
  URL,
  URL,
  URL,
]

export const subscribed = (frameworkId = 'f-1', heartbeat_interval_seconds = 15): SchedulerEvent => ({
  type: 'SUBSCRIBED',
  subscribed: { framework_id: { value: frameworkId }, heartbeat_interval_seconds },
})
export const errorEvent = (message: string): SchedulerEvent => ({ type: 'ERROR', error: { message } })

/** The machine with its timer on a manual clock; everything else it asks for is written down. */
export const machine = (masters: readonly [URL, ...URL[]] | 'none yet' = [first], reset = false) => {
  const clock = new ManualClock()
  const config: SessionConfig = { reset, now: () => clock.now(), random: () => 0 }
  const effects: SessionEffect[] = []
  let state = initialSession
  let cancel = () => {}
  const input = (next: SessionInput): void => {
    const step = sessionStep(state, next, config)
    state = step.state
    effects.push(...step.effects)
    for (const effect of step.effects) {
      if (effect.type !== 'timer') continue
      cancel()
      cancel = effect.ms === undefined ? () => {} : clock.after(effect.ms, () => input({ type: 'timer' }))
    }
  }
  const ofType = <T extends SessionEffect['type']>(type: T) =>
    effects.filter((effect): effect is Extract<SessionEffect, { type: T }> => effect.type === type)
  if (masters !== 'none yet') input({ type: 'detected', detected: { masters } })
  const last = () => state.memory.connection
  return {
    clock,
    input,
    ofType,
    phase: () => state.at.phase,
    event: (event: SchedulerEvent, connection = last()) => input({ type: 'event', connection, event }),
    closed: (error?: unknown, connection = last()) => input({ type: 'closed', connection, error }),
    connects: () => ofType('connect').map(({ url, frameworkId }) => [url.host, frameworkId] as const),
    session: (): Session | undefined => ofType('announce').at(-1)?.session,
    logs: () => ofType('log').map(({ level, message }) => `${level} ${message}`),
    /** Runs into a session with framework id f-1 in the store. */
    subscribe() {
      input({ type: 'start' })
      input({ type: 'loaded', frameworkId: 'f-1' })
      this.event(subscribed())
    },
  }
}
