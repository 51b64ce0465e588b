import { MalformedMessage } from '../protocol/codec.ts'
import { CallRefused, NotLeading, Unauthorized, Unavailable } from '../protocol/http.ts'
import { MalformedRecord } from '../protocol/recordio.ts'

/** The connection is open and dead. */
export class HeartbeatsMissed extends Error {
  override readonly name = 'HeartbeatsMissed'
}

/** The master closed the stream in order. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded'
}

/** An ERROR event: the master ends the subscription with a word on why. */
export class SubscriptionError extends Error {
  override readonly name = 'SubscriptionError'
}

/** There is no master to subscribe with. */
export class NobodyLeads extends Error {
  override readonly name = 'NobodyLeads'
}

/** The store of the framework id does not answer. */
export class IdStoreFailed extends Error {
  override readonly name = 'IdStoreFailed'
}

/** What the operator reads, by the class of the error; every one of these is tried again. */
const advice = [
  [HeartbeatsMissed, 'the master is silent: check the network to it; subscribing again'],
  [
    StreamEnded,
    'the master ended the session, as it does when it stops or loses its leadership; subscribing again',
  ],
  [SubscriptionError, 'the master refuses the subscription; correct its cause, it is tried again'],
  [NotLeading, 'the masters send us round in circles: check that they share one ZooKeeper; trying again'],
  [Unauthorized, 'the master refuses our credentials: check principal and secret; trying again'],
  [
    CallRefused,
    "the master refuses our call: check the address, the framework's roles and principal; trying again",
  ],
  [
    Unavailable,
    'no leading master answers: check the address of the masters and that one leads; trying again',
  ],
  [
    MalformedRecord,
    'not the event stream of a Mesos master: check its address and version (1.x); trying again',
  ],
  [
    MalformedMessage,
    'not a message of the Mesos v1 API: check the address and version (1.x) of the master; trying again',
  ],
  [NobodyLeads, 'no master leads: check ZooKeeper and the masters; waiting for one to be elected'],
  [
    IdStoreFailed,
    'the store of the framework id fails: check it; nothing is launched before the id is safe; trying again',
  ],
] as const

const causesOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause ? [causesOf(error.cause)] : [])].join(': ')
    : String(error)

/** `message` is constant, for the log; `reason` is what has happened this time. */
export const adviceOn = (error: unknown): { readonly message: string; readonly reason: string } => ({
  message: advice.find(([type]) => error instanceof type)?.[1] ?? 'the session failed; trying again',
  reason: causesOf(error),
})
