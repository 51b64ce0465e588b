import { MalformedMessage } from '../../mesos/protocol/codec.ts'
import {
  CallRefused,
  callSender,
  type Endpoint,
  openStream,
  Unauthorized,
} from '../../mesos/protocol/http.ts'
import type { ExecutorCall, TaskInfo, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { SessionConfig } from './state.ts'
import { type SessionEffect, type SessionInput, startSession, stepSession, wakeAt } from './step.ts'

/** What the agent asks for; times in milliseconds. */
interface SessionHandler {
  launch(task: TaskInfo): void
  kill(taskId: string, grace?: number): void
  killAll(grace: number, reason: string): void
}

interface SessionOptions {
  readonly config: SessionConfig
  readonly endpoint: Endpoint<'mesos.v1.executor.Call'>
  readonly handler: SessionHandler
  readonly clock: Clock
  readonly log: Logger
}

interface SessionEnd {
  readonly reason: string
  /** Not because somebody wanted it so. */
  readonly failed: boolean
}

export interface Session {
  /** Sends the status when its turn has come, again and again until the agent has it. */
  report(status: TaskStatus): void
  /** Kills all pods, and ends. */
  shutdown(reason: string): void
  /** Resolves when the executor has nothing left to do; never rejects. */
  readonly ended: Promise<SessionEnd>
}

interface Connection {
  readonly closing: AbortController
  send(call: ExecutorCall): Promise<void>
}

/** Keeps up the session with the agent: connects, sends, and hands on what the agent asks for. */
export const openSession = ({ config, endpoint, handler, clock, log }: SessionOptions): Session => {
  let finish: (end: SessionEnd) => void = () => {}
  const ended = new Promise<SessionEnd>(resolve => {
    finish = resolve
  })
  const first = startSession(config, clock.now())
  let state = first.state
  let current: Connection | undefined
  let cancelTimer = () => {}

  const dispatch = (input: SessionInput): void => {
    const step = stepSession(state, input, config, clock.now())
    state = step.state
    for (const effect of step.effects) perform(effect)
    setTimer()
  }

  const setTimer = (): void => {
    cancelTimer()
    const at = wakeAt(state, config)
    cancelTimer =
      at === undefined
        ? () => {}
        : clock.after(Math.max(0, at - clock.now()), () => dispatch({ type: 'time' }))
  }

  const perform = (effect: SessionEffect): void => {
    switch (effect.do) {
      case 'subscribe':
        void subscribe(effect.call)
        break
      case 'send':
        void send(effect.call, effect.uuid)
        break
      case 'launch':
        handler.launch(effect.task)
        break
      case 'kill':
        handler.kill(effect.taskId, effect.grace)
        break
      case 'killAll':
        handler.killAll(effect.grace, effect.reason)
        break
      case 'log':
        log.info(effect.message, effect.fields)
        break
      case 'exit':
        current?.closing.abort()
        current = undefined
        finish({ reason: effect.reason, failed: effect.failed })
    }
  }

  /** Of a connection that was given up before nothing is heard any more. */
  const giveUp = (connection: Connection, input: SessionInput): void => {
    if (connection !== current) return
    current = undefined
    connection.closing.abort()
    dispatch(input)
  }

  const subscribe = async (call: ExecutorCall): Promise<void> => {
    const closing = new AbortController()
    const connection = { closing, send: callSender(endpoint, closing.signal).send }
    current = connection
    try {
      const { events } = await openStream(endpoint, call, 'mesos.v1.executor.Event', closing.signal)
      for await (const event of events) {
        if (connection !== current) return
        dispatch({ type: 'event', event })
      }
      giveUp(connection, { type: 'lost', reason: 'the agent closed the connection' })
    } catch (error) {
      const refused = error instanceof CallRefused || error instanceof Unauthorized
      giveUp(connection, { type: refused ? 'refused' : 'lost', reason: reasonOf(error) })
    }
  }

  const send = async (call: ExecutorCall, uuid: string): Promise<void> => {
    const connection = current
    if (!connection) return
    try {
      await connection.send(call)
      if (connection === current) dispatch({ type: 'sent', uuid })
    } catch (error) {
      const reason = reasonOf(error)
      const wrong = error instanceof CallRefused || error instanceof MalformedMessage
      // An agent that restarted in between forbids updates until the next subscription: that is a loss like others.
      if (!wrong) giveUp(connection, { type: 'lost', reason })
      else if (connection === current) dispatch({ type: 'rejected', uuid, reason })
    }
  }

  for (const effect of first.effects) perform(effect)
  setTimer()
  return {
    report: status => dispatch({ type: 'status', status }),
    shutdown: reason => dispatch({ type: 'shutdown', reason }),
    ended,
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}
