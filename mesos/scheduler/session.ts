import { backoff } from '../../util/backoff.ts'
import { NotLeading } from '../protocol/http.ts'
import type { SchedulerEvent } from '../protocol/messages.gen.ts'
import type { Session } from './framework.ts'
import {
  adviceOn,
  HeartbeatsMissed,
  IdStoreFailed,
  StreamEnded,
  SubscriptionError,
} from './session-problems.ts'
import type { Live, Memory, SessionEffect, SessionInput, SessionState } from './session-state.ts'

export interface SessionConfig {
  /** The scheduler API of every master, at least one. */
  readonly masters: readonly URL[]
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

const attempt = (memory: Memory, { masters }: SessionConfig): SessionStep => {
  if (memory.stored === 'unread') {
    return { state: { memory, at: { phase: 'loading' } }, effects: [{ type: 'load' }] }
  }
  const url = masters[memory.failures % masters.length]
  if (!url) throw new Error('a session needs at least one master')
  return connectTo(memory, url, 0)
}

/** Whatever was there is gone: tell it, and try again after a while. */
const lose = ({ memory, at }: SessionState, error: unknown, config: SessionConfig): SessionStep => {
  const stable = 'live' in at && config.now() - at.live.since >= stableMs
  const failures = stable ? 0 : memory.failures + 1
  const { message, reason } = adviceOn(error)
  const told = new Set(stable ? [] : memory.told)
  const log = told.has(reason) ? [] : [{ type: 'log', level: 'warn', message, fields: { error } } as const]
  // Each master has its turn before the delay grows.
  const round = Math.floor(Math.max(0, failures - 1) / config.masters.length)
  return {
    state: { memory: { ...memory, failures, told: told.add(reason) }, at: { phase: 'waiting' } },
    effects: [
      { type: 'disconnect' },
      ...log,
      { type: 'announce', session: { state: 'disconnected', reason } },
      timer(backoff(round, retry, config.random)),
    ],
  }
}

const end = (memory: Memory, session: Session, log: SessionEffect): SessionStep => ({
  state: { memory, at: { phase: 'ended' } },
  effects: [{ type: 'disconnect' }, timer(undefined), log, { type: 'announce', session }],
})

/** ERROR ends every subscription; two of them for good: fighting a successor would only make both flap. */
const onError = (state: SessionState, reason: string, config: SessionConfig): SessionStep => {
  const fields = { frameworkId: state.memory.frameworkId }
  if (/failed over/i.test(reason)) {
    const message = 'another scheduler has subscribed with our framework id: this one gives up'
    const log = { type: 'log', level: 'error', message, fields } as const
    return end(state.memory, { state: 'superseded', reason }, log)
  }
  if (/has been removed/i.test(reason)) {
    const message =
      'Mesos has removed this framework and its tasks: to start over, forget the stored framework id'
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
  connection === memory.connection && !['idle', 'waiting', 'ended'].includes(at.phase)

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
      return attempt(memory, config)
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
      return at.phase === 'idle' ? attempt(memory, config) : stay(state)
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
    case 'loaded':
      if (at.phase !== 'loading') return stay(state)
      return attempt({ ...memory, stored: input, frameworkId: input.frameworkId }, config)
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
