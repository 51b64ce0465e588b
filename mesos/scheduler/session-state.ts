import type { SchedulerEvent } from '../protocol/messages.gen.ts'
import type { Detected } from './detection/detected.ts'
import type { Session } from './framework.ts'

/** What the session remembers in every phase. */
export interface Memory {
  /** Connections so far: what an older one still says is not heard. */
  readonly connection: number
  /** Sessions so far. */
  readonly session: number
  /** Tries that failed since the last stable session. */
  readonly failures: number
  /** What has been logged since then: each problem is told once. */
  readonly told: ReadonlySet<string>
  /** What the store is known to hold; `unread` before the first look. */
  readonly stored: 'unread' | { readonly frameworkId: string | undefined }
  readonly frameworkId: string | undefined
  /** Who may lead; undefined until the detection has spoken. */
  readonly detected: Detected | undefined
}

/** How a live connection is known, and since when it is one. */
export interface Live {
  readonly master: string
  readonly heartbeatMs: number
  readonly since: number
}

/**
 * idle -> loading (the stored framework id) -> undetected (while nobody leads) -> connecting (until SUBSCRIBED) -> saving (the id) -> subscribed.
 * Every loss leads to waiting, and from there to the next try. leaving is a teardown on the way; nothing leads out of
 * ended, only stop leads back to idle.
 */
type Phase =
  | { readonly phase: 'idle' | 'loading' | 'undetected' | 'waiting' | 'leaving' | 'ended' }
  | { readonly phase: 'connecting'; readonly url: URL; readonly redirects: number }
  | { readonly phase: 'saving' | 'subscribed'; readonly live: Live }

export interface SessionState {
  readonly memory: Memory
  readonly at: Phase
}

export type SessionInput =
  | { readonly type: 'start' | 'stop' | 'timer' }
  | { readonly type: 'detected'; readonly detected: Detected }
  | { readonly type: 'loaded'; readonly frameworkId: string | undefined }
  | { readonly type: 'saved' }
  /** The id could not be loaded or saved. */
  | { readonly type: 'storeFailed'; readonly cause: unknown }
  | { readonly type: 'event'; readonly connection: number; readonly event: SchedulerEvent }
  /** The connection is gone; without an error the master ended it in order. */
  | { readonly type: 'closed'; readonly connection: number; readonly error?: unknown }
  /** TEARDOWN is about to be sent; was accepted; failed. */
  | { readonly type: 'leave' | 'left' }
  | { readonly type: 'leaveFailed'; readonly error: unknown }

export type SessionEffect =
  | { readonly type: 'load' | 'disconnect' }
  | { readonly type: 'save'; readonly frameworkId: string }
  /** Sends SUBSCRIBE to `url` and reads its stream. */
  | {
      readonly type: 'connect'
      readonly connection: number
      readonly url: URL
      readonly frameworkId: string | undefined
    }
  /** Replaces the one timer; undefined stops it. */
  | { readonly type: 'timer'; readonly ms: number | undefined }
  | { readonly type: 'announce'; readonly session: Session }
  /** An event for the framework. */
  | { readonly type: 'deliver'; readonly event: SchedulerEvent }
  | {
      readonly type: 'log'
      readonly level: 'verbose' | 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: object
    }

export const initialSession: SessionState = {
  memory: {
    connection: 0,
    session: 0,
    failures: 0,
    told: new Set(),
    stored: 'unread',
    frameworkId: undefined,
    detected: undefined,
  },
  at: { phase: 'idle' },
}
