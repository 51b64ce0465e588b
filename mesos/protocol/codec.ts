import type {
  AgentCall,
  AgentResponse,
  ExecutorCall,
  ExecutorEvent,
  MasterCall,
  MasterResponse,
  SchedulerCall,
  SchedulerEvent,
} from './messages.gen.ts'

/**
 * The two encodings of the Mesos v1 API. In memory a message has its JSON form in both: snake_case names,
 * enums as strings, bytes as base64, 64-bit numbers as numbers.
 */
export interface Codec {
  readonly contentType: 'application/json' | 'application/x-protobuf'
  /** `type` is a name such as `mesos.v1.scheduler.Call`. Throws MalformedMessage on what the type does not allow. */
  encode<N extends keyof Messages>(type: N, message: Messages[N]): Uint8Array
  /**
   * Throws MalformedMessage. What a newer Mesos adds does no harm: unknown fields are left out; an unknown enum value
   * is UNKNOWN where the enum has it, else the field is left out, or has the first value when it is required.
   */
  decode<N extends keyof Messages>(type: N, bytes: Uint8Array): Messages[N]
}

/** The messages that travel on their own; all others are parts of these. */
export interface Messages {
  'mesos.v1.scheduler.Call': SchedulerCall
  'mesos.v1.scheduler.Event': SchedulerEvent
  'mesos.v1.executor.Call': ExecutorCall
  'mesos.v1.executor.Event': ExecutorEvent
  'mesos.v1.agent.Call': AgentCall
  'mesos.v1.agent.Response': AgentResponse
  'mesos.v1.master.Call': MasterCall
  'mesos.v1.master.Response': MasterResponse
}

/** Bytes or JSON that are not the message they should be. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage'
}
