import { backoff } from '../../util/backoff.ts'
import { NotLeading } from '../protocol/http.ts'
import type { SchedulerEvent } from '../protocol/messages.gen.ts'
import type { Detected } from './detection/detected.ts'
import type { Session } from './framework.ts'
import {
  adviceOn,
  HeartbeatsMissed,
  IdStoreFailed,
  NobodyLeads,
  StreamEnded,
  SubscriptionError,
} from './session-problems.ts'
import type { Live, Memory, SessionEffect, SessionInput, SessionState } from './session-state.ts'

export interface SessionConfig {
  /** Start over with a new framework where Mesos has removed the stored one before we came. */
  readonly reset: boolean
  readonly now: () => number
  readonly random: () => number
}

interface SessionStep {
  readonly state: SessionState
  readonly effects: readonly SessionEffect[]
}

/** Longest time to SUBSCRIBED, and for TEARDOWN. */
const answerMs = 30_000
/** Intervals without any event after which a connection is dead. */
const silentIntervals = 3
const defaultHeartbeatSeconds = 15
/** A session that lasted this long was a good one: its failures are forgotten. */
const stableMs = 30_000
const maxRedirects = 5
const retry = { initial: 250, max: 15_000 }

const stay = (state: SessionState): SessionStep => ({ state, effects: [] })

const timer = (ms: number | undefined): SessionEffect => ({ type: 'timer', ms })

const connectTo = (memory: Memory, url: URL, redirects: number): SessionStep => {
  const connection = memory.connection + 1
  return {
    state: { memory: { ...memory, connection }, at: { phase: 'connecting', url, redirects } },
    effects: [{ type: 'connect', connection, url, frameworkId: memory.frameworkId }, timer(answerMs)],
  }
}

const attempt = (memory: Memory): SessionStep => {
  const { stored, detected, failures } = memory
  if (stored === 'unread') {
    return { state: { memory, at: { phase: 'loading' } }, effects: [timer(undefined), { type: 'load' }] }
  }
  if (!detected || 'nobody' in detected) return undetected(memory, detected)
  const { masters } = detected
  return connectTo(memory, masters[failures % masters.length] ?? masters[0], 0)
}

/** Only the detection ends this. */
const undetected = (memory: Memory, detected: { readonly nobody: string } | undefined): SessionStep => {
  const state: SessionState = { memory, at: { phase: 'undetected' } }
  if (!detected) return { state, effects: [timer(undefined)] }
  const { effects, told } = tell(memory, new NobodyLeads(detected.nobody))
  return { state: { ...state, memory: { ...memory, told } }, effects: [timer(undefined), ...effects] }
}

/** Who leads has changed, or is known at last. */
const onDetected = (state: SessionState, detected: Detected): SessionStep => {
  const { at } = state
  const memory = { ...state.memory, detected }
  switch (at.phase) {
    case 'undetected':
      return attempt(memory)
    case 'waiting':
      // The failures were those of others.
      return 'masters' in detected ? attempt({ ...memory, failures: 0 }) : stay({ memory, at })
    case 'connecting':
    case 'saving':
    case 'subscribed': {
      const host = 'live' in at ? at.live.master : at.url.host
      if ('nobody' in detected || detected.masters.some(url => url.host === host)) return stay({ memory, at })
      const reason = `${host} leads no more`
      const next = attempt({ ...memory, failures: 0 })
      return {
        state: next.state,
        effects: [
          { type: 'disconnect' },
          { type: 'log', level: 'verbose', message: 'another master leads', fields: { detected } },
          { type: 'announce', session: { state: 'disconnected', reason } },
          ...next.effects,
        ],
      }
    }
    default:
      return stay({ memory, at })
  }
}

/** Whatever was there is gone: tell it, and try again after a while. */
const lose = ({ memory, at }: SessionState, error: unknown, config: SessionConfig): SessionStep => {
  const stable = 'live' in at && config.now() - at.live.since >= stableMs
  const failures = stable ? 0 : memory.failures + 1
  const { told, effects } = tell(stable ? { ...memory, told: new Set() } : memory, error)
  const { detected } = memory
  const masters = detected && 'masters' in detected ? detected.masters.length : 1
  // Each master has its turn before the delay grows.
  const round = Math.floor(Math.max(0, failures - 1) / masters)
  return {
    state: { memory: { ...memory, failures, told }, at: { phase: 'waiting' } },
    effects: [{ type: 'disconnect' }, ...effects, timer(backoff(round, retry, config.random))],
  }
}

/** Announces why there is no session; a problem that lasts is logged once. */
const tell = (memory: Memory, error: unknown) => {
  const { message, reason } = adviceOn(error)
  const known = memory.told.has(reason)
  const log = known ? [] : [{ type: 'log', level: 'warn', message, fields: { error } } as const]
  const announce = { type: 'announce', session: { state: 'disconnected', reason } } as const
  return { told: new Set(memory.told).add(reason), effects: [...log, announce] satisfies SessionEffect[] }
}

const end = (memory: Memory, session: Session, log: SessionEffect): SessionStep => ({
  state: { memory, at: { phase: 'ended' } },
  effects: [{ type: 'disconnect' }, timer(undefined), log, { type: 'announce', session }],
})

/** The id is forgotten; the next one is saved in its place. */
const startOver = (memory: Memory): SessionStep => {
  const none = { frameworkId: undefined }
  const next = attempt({ ...memory, ...none, stored: none })
  const message = 'Mesos has removed the stored framework and its tasks: starting over with a new one'
  const log = { type: 'log', level: 'warn', message, fields: { frameworkId: memory.frameworkId } } as const
  return { state: next.state, effects: [{ type: 'disconnect' }, log, ...next.effects] }
}

/** ERROR ends every subscription; two of them for good: fighting a successor would only make both flap. */
const onError = (state: SessionState, reason: string, config: SessionConfig): SessionStep => {
  const fields = { frameworkId: state.memory.frameworkId }
  if (/failed over/i.test(reason)) {
    const message = 'another scheduler has subscribed with our framework id: this one gives up'
    const log = { type: 'log', level: 'error', message, fields } as const
    return end(state.memory, { state: 'superseded', reason }, log)
  }
  if (/has been removed/i.test(reason)) {
    // What is removed while it runs was removed on purpose.
    if (config.reset && state.memory.session === 0) return startOver(state.memory)
    const message =
      'Mesos has removed this framework and its tasks: -reset_framework starts over with a new one'
    const log = { type: 'log', level: 'error', message, fields } as const
    return end(state.memory, { state: 'removed', reason }, log)
  }
  return lose(state, new SubscriptionError(reason), config)
}

const subscribed = (memory: Memory, live: Live): SessionStep => {
  const { frameworkId = '' } = memory
  const session = memory.session + 1
  return {
    state: { memory: { ...memory, session, stored: { frameworkId } }, at: { phase: 'subscribed', live } },
    effects: [
      timer(live.heartbeatMs),
      // News only to those who have been told of a problem.
      {
        type: 'log',
        level: memory.told.size > 0 ? 'info' : 'verbose',
        message: 'subscribed',
        fields: { frameworkId, master: live.master },
      },
      { type: 'announce', session: { state: 'subscribed', session, frameworkId, master: live.master } },
    ],
  }
}

const onSubscribed = (
  memory: Memory,
  url: URL,
  event: NonNullable<SchedulerEvent['subscribed']>,
  config: SessionConfig,
): SessionStep => {
  const frameworkId = event.framework_id.value
  const interval = event.heartbeat_interval_seconds ?? defaultHeartbeatSeconds
  const live = { master: url.host, heartbeatMs: interval * silentIntervals * 1000, since: config.now() }
  const known = { ...memory, frameworkId }
  if (memory.stored !== 'unread' && memory.stored.frameworkId === frameworkId) return subscribed(known, live)
  // Saved first: a crash after a launch must find the tasks again under this id.
  return {
    state: { memory: known, at: { phase: 'saving', live } },
    effects: [timer(undefined), { type: 'save', frameworkId }],
  }
}

/** A connection that was given up still ends, and may have said more before. */
const isHeard = ({ memory, at }: SessionState, connection: number): boolean =>
  connection === memory.connection && !['idle', 'undetected', 'waiting', 'ended'].includes(at.phase)

const onEvent = (state: SessionState, event: SchedulerEvent, config: SessionConfig): SessionStep => {
  const { memory, at } = state
  if (event.type === 'ERROR' && at.phase !== 'leaving') {
    return onError(state, event.error?.message ?? 'no reason given', config)
  }
  if (at.phase === 'connecting' && event.type === 'SUBSCRIBED' && event.subscribed) {
    return onSubscribed(memory, at.url, event.subscribed, config)
  }
  if (at.phase !== 'subscribed') return stay(state)
  const alive = timer(at.live.heartbeatMs)
  return { state, effects: event.type === 'HEARTBEAT' ? [alive] : [alive, { type: 'deliver', event }] }
}

const onClosed = (state: SessionState, error: unknown, config: SessionConfig): SessionStep => {
  const { memory, at } = state
  // A master that tears a framework down closes its stream, perhaps before it answers the call.
  if (at.phase === 'leaving') return stay(state)
  if (at.phase === 'connecting' && error instanceof NotLeading && at.redirects < maxRedirects) {
    return connectTo(memory, error.leader, at.redirects + 1)
  }
  return lose(state, error ?? new StreamEnded('the master ended the stream'), config)
}

const onTimer = (state: SessionState, config: SessionConfig): SessionStep => {
  const { memory, at } = state
  switch (at.phase) {
    case 'waiting':
      return attempt(memory)
    case 'connecting':
      return lose(state, new HeartbeatsMissed(`${at.url.host} does not answer SUBSCRIBE`), config)
    case 'subscribed':
      return lose(
        state,
        new HeartbeatsMissed(`${at.live.master} has sent nothing for ${at.live.heartbeatMs} ms`),
        config,
      )
    case 'leaving':
      return lose(state, new HeartbeatsMissed('the master does not answer TEARDOWN'), config)
    default:
      return stay(state)
  }
}

/** One step of the session, without any I/O. */
export const sessionStep = (state: SessionState, input: SessionInput, config: SessionConfig): SessionStep => {
  const { memory, at } = state
  switch (input.type) {
    case 'start':
      return at.phase === 'idle' ? attempt(memory) : stay(state)
    case 'stop':
      if (at.phase === 'idle' || at.phase === 'ended') return stay(state)
      return {
        state: { memory, at: { phase: 'idle' } },
        effects: [
          { type: 'disconnect' },
          timer(undefined),
          { type: 'announce', session: { state: 'disconnected', reason: 'stopped' } },
        ],
      }
    case 'timer':
      return onTimer(state, config)
    case 'detected':
      return onDetected(state, input.detected)
    case 'loaded':
      if (at.phase !== 'loading') return stay(state)
      return attempt({ ...memory, stored: input, frameworkId: input.frameworkId })
    case 'saved':
      return at.phase === 'saving' ? subscribed(memory, at.live) : stay(state)
    case 'storeFailed':
      if (at.phase !== 'loading' && at.phase !== 'saving') return stay(state)
      return lose(state, new IdStoreFailed('the store of the framework id', { cause: input.cause }), config)
    case 'event':
      return isHeard(state, input.connection) ? onEvent(state, input.event, config) : stay(state)
    case 'closed':
      return isHeard(state, input.connection) ? onClosed(state, input.error, config) : stay(state)
    case 'leave':
      if (at.phase !== 'subscribed') return stay(state)
      return { state: { memory, at: { phase: 'leaving' } }, effects: [timer(answerMs)] }
    case 'left':
      if (at.phase !== 'leaving') return stay(state)
      return end(
        memory,
        { state: 'removed', reason: 'torn down' },
        {
          type: 'log',
          level: 'info',
          message: 'torn down: Mesos ends all tasks of this framework',
          fields: { frameworkId: memory.frameworkId },
        },
      )
    case 'leaveFailed':
      return at.phase === 'leaving' ? lose(state, input.error, config) : stay(state)
  }
}
