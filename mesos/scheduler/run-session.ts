import { type Observable, Subscription } from 'rxjs'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Codec } from '../protocol/codec.ts'
import { ask, type CallSender, callSender, NotLeading, openStream, Unavailable } from '../protocol/http.ts'
import type {
  FrameworkInfo,
  MasterCall,
  MasterResponse,
  SchedulerCall,
  SchedulerEvent,
} from '../protocol/messages.gen.ts'
import type { Detected } from './detection/detected.ts'
import { NotSubscribed, type Session } from './framework.ts'
import { type SessionConfig, sessionStep } from './session.ts'
import { initialSession, type SessionEffect, type SessionInput, type SessionState } from './session-state.ts'

/** Where the framework id outlives the process. */
export interface FrameworkIdStore {
  /** undefined when Mesos has given none yet. */
  load(): Promise<string | undefined>
  save(frameworkId: string): Promise<void>
}

export interface SessionOptions {
  readonly masters$: Observable<Detected>
  readonly codec: Codec
  readonly headers: Readonly<Record<string, string>>
  readonly frameworkInfo: FrameworkInfo
  readonly frameworkId: FrameworkIdStore
  readonly reset: boolean
  readonly logger: Logger
  readonly clock: Clock
  announce(session: Session): void
  deliver(event: SchedulerEvent): void
}

export interface RunningSession {
  start(): void
  /** Resolves when the connection is closed. */
  stop(): Promise<void>
  /** Adds the framework id. Rejects with NotSubscribed, CallRefused, Unauthorized or MalformedMessage. */
  call(call: SchedulerCall): Promise<void>
  /** Asks the master of the session as operators do. Rejects as `call` does, and with Unavailable. */
  ask(call: MasterCall): Promise<MasterResponse>
  teardown(): Promise<void>
}

const callType = 'mesos.v1.scheduler.Call'
const eventType = 'mesos.v1.scheduler.Event'

interface Connection {
  readonly id: number
  readonly url: URL
  readonly controller: AbortController
  sender?: CallSender<typeof callType>
}

/** Longest time for an answer to an operator's question, milliseconds. */
const askMs = 30_000

type ConnectEffect = Extract<SessionEffect, { type: 'connect' }>

const subscribeCall = (frameworkInfo: FrameworkInfo, frameworkId: string | undefined): SchedulerCall => {
  // Mesos wants the id in both places, or in neither.
  const id = frameworkId === undefined ? undefined : { value: frameworkId }
  return { type: 'SUBSCRIBE', framework_id: id, subscribe: { framework_info: { ...frameworkInfo, id } } }
}

/** Performs what the state machine of the session asks for, and tells it what happens. */
export const runSession = (options: SessionOptions): RunningSession => {
  const { codec, headers, clock, logger } = options
  const config: SessionConfig = { reset: options.reset, now: () => clock.now(), random: Math.random }
  let state: SessionState = initialSession
  let connection: Connection | undefined
  let reading: Promise<void> = Promise.resolve()
  let storing: Promise<void> = Promise.resolve()
  let cancelTimer = () => {}
  let detection = Subscription.EMPTY

  // An effect may lead to the next input before the effects behind it are done: that one waits its turn.
  const inputs: SessionInput[] = []
  let stepping = false
  const dispatch = (input: SessionInput): void => {
    inputs.push(input)
    if (stepping) return
    stepping = true
    try {
      for (let next = inputs.shift(); next; next = inputs.shift()) {
        const step = sessionStep(state, next, config)
        state = step.state
        for (const effect of step.effects) perform(effect)
      }
    } finally {
      stepping = false
    }
  }

  const storeFailed = (cause: unknown): void => dispatch({ type: 'storeFailed', cause })

  const perform = (effect: SessionEffect): void => {
    switch (effect.type) {
      case 'load':
        storing = options.frameworkId
          .load()
          .then(frameworkId => dispatch({ type: 'loaded', frameworkId }), storeFailed)
        return
      case 'save':
        storing = options.frameworkId
          .save(effect.frameworkId)
          .then(() => dispatch({ type: 'saved' }), storeFailed)
        return
      case 'connect':
        reading = read(effect)
        return
      case 'disconnect':
        connection?.controller.abort(new NotSubscribed('the session has ended'))
        connection = undefined
        return
      case 'timer':
        cancelTimer()
        cancelTimer =
          effect.ms === undefined ? () => {} : clock.after(effect.ms, () => dispatch({ type: 'timer' }))
        return
      case 'announce':
        options.announce(effect.session)
        return
      case 'deliver':
        options.deliver(effect.event)
        return
      case 'log':
        if (effect.level === 'verbose') logger.verbose(1, effect.message, effect.fields)
        else logger[effect.level](effect.message, effect.fields)
    }
  }

  const read = async ({ connection: id, url, frameworkId }: ConnectEffect): Promise<void> => {
    const mine: Connection = { id, url, controller: new AbortController() }
    const { signal } = mine.controller
    connection = mine
    try {
      const endpoint = { url, codec, callType, headers } as const
      const stream = await openStream(
        endpoint,
        subscribeCall(options.frameworkInfo, frameworkId),
        eventType,
        signal,
      )
      const stamped =
        stream.streamId === undefined ? headers : { ...headers, 'mesos-stream-id': stream.streamId }
      mine.sender = callSender({ ...endpoint, headers: stamped }, signal)
      for await (const event of stream.events) {
        dispatch({ type: 'event', connection: id, event })
        // The events behind SUBSCRIBED wait until the framework id is saved.
        await storing
      }
      dispatch({ type: 'closed', connection: id })
    } catch (error) {
      dispatch({ type: 'closed', connection: id, error })
    }
  }

  /** The connection of the session that is announced; throws NotSubscribed. */
  const subscribedLink = () => {
    if (state.at.phase !== 'subscribed' || !connection?.sender) {
      throw new NotSubscribed('there is no session with a Mesos master')
    }
    return {
      id: connection.id,
      url: connection.url,
      signal: connection.controller.signal,
      sender: connection.sender,
    }
  }

  const send = async (link: ReturnType<typeof subscribedLink>, call: SchedulerCall): Promise<void> => {
    const { frameworkId } = state.memory
    try {
      await link.sender.send({
        ...call,
        framework_id: frameworkId === undefined ? undefined : { value: frameworkId },
      })
    } catch (error) {
      if (link.signal.aborted) {
        throw new NotSubscribed(`the session ended before ${call.type} was answered`, { cause: error })
      }
      if (!(error instanceof Unavailable || error instanceof NotLeading)) throw error
      // Nobody knows whether it was handled. A new session, and reconciliation with it, finds out.
      dispatch({ type: 'closed', connection: link.id, error })
      throw new NotSubscribed(`the connection broke before ${call.type} was answered`, { cause: error })
    }
  }

  return {
    start() {
      detection.unsubscribe()
      detection = options.masters$.subscribe(detected => dispatch({ type: 'detected', detected }))
      dispatch({ type: 'start' })
    },
    async stop() {
      detection.unsubscribe()
      dispatch({ type: 'stop' })
      await reading
      await storing
    },
    call: async call => send(subscribedLink(), call),
    async ask(call) {
      const link = subscribedLink()
      const endpoint = {
        url: new URL('/api/v1', link.url),
        codec,
        callType: 'mesos.v1.master.Call',
        headers,
      } as const
      const late = new AbortController()
      const cancel = clock.after(askMs, () => late.abort(new Unavailable(`${link.url.host} is slow`)))
      const signal = AbortSignal.any([link.signal, late.signal])
      return ask(endpoint, call, 'mesos.v1.master.Response', signal).finally(cancel)
    },
    async teardown() {
      const link = subscribedLink()
      dispatch({ type: 'leave' })
      try {
        await send(link, { type: 'TEARDOWN' })
      } catch (error) {
        dispatch({ type: 'leaveFailed', error })
        throw error
      }
      dispatch({ type: 'left' })
      await reading
    },
  }
}
