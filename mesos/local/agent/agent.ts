import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import type { AgentInfo } from '../../protocol/messages.gen.ts'
import type { MasterConnection, MasterLink, MasterMessage, Registration } from '../link.ts'
import type { Timing } from '../timing.ts'
import type { AgentContext } from './context.ts'
import { drain } from './drain.ts'
import { resumeExecutor, shutdownExecutor } from './executors.ts'
import type { AgentParts } from './parts.ts'
import { keyOf, recoverState, saveFramework } from './state.ts'
import { statusUpdates } from './status-updates.ts'
import { acknowledge, killTask, runTasks, shutdownFramework } from './tasks.ts'

export interface AgentOptions extends AgentParts {
  readonly workDir: string
  readonly address: string
  /** See AgentContext. */
  readonly executorSecret?: string | undefined
  /** See AgentContext. */
  readonly readers?: ReadonlyMap<string, string> | undefined
  readonly info: Pick<AgentInfo, 'hostname' | 'resources' | 'attributes' | 'domain'>
  readonly master: MasterLink
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: Timing
}

export interface Agent {
  readonly id: string
  readonly hostname: string
  readonly port: number
  /** Executors go on without it, and find it again when it is started in the same folder. */
  close(): Promise<void>
}

const registrationOf = ({ state }: AgentContext): Registration => ({
  agent: state.info,
  frameworks: [...state.frameworks.values()],
  executors: [...state.executors.values()].map(({ framework, info }) => ({ framework, info })),
  tasks: [...state.tasks.values()].map(({ framework, info, state, status }) => ({
    framework,
    info,
    state,
    ...(status && { status }),
  })),
})

const handle = async (cx: AgentContext, message: MasterMessage): Promise<void> => {
  const { state, updates } = cx
  switch (message.type) {
    case 'RUN':
      return runTasks(cx, message.framework, message.tasks, new Set(message.newExecutors))
    case 'KILL':
      return killTask(cx, message.framework, message.task, message.policy)
    case 'ACKNOWLEDGE':
      return acknowledge(cx, message.framework, message.task, message.uuid)
    case 'PING':
      return cx.send({ type: 'PONG' })
    case 'DRAIN':
      return drain(cx, message.config)
    case 'SHUTDOWN':
      cx.logger.warn('shut down by the master', { reason: message.message })
      await Promise.all([...state.frameworks.keys()].map(framework => shutdownFramework(cx, framework)))
      return
    case 'SHUTDOWN_FRAMEWORK':
      return shutdownFramework(cx, message.framework)
    case 'UPDATE_FRAMEWORK': {
      const id = message.framework.id?.value ?? ''
      if (!state.frameworks.has(id)) return
      saveFramework(state, message.framework)
      return updates.resend(id)
    }
    case 'MESSAGE':
    case 'SHUTDOWN_EXECUTOR': {
      const executor = state.executors.get(keyOf(message.framework, message.executor))
      if (!executor) return
      if (message.type === 'SHUTDOWN_EXECUTOR') return shutdownExecutor(cx, executor)
      return executor.stream?.send({ type: 'MESSAGE', message: { data: message.data } })
    }
    case 'REGISTERED':
      return
  }
}

/** Recovers what the journal tells; resolves when a master knows the agent, or does not want it now. */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { workDir, address, journal, containers, endpoint, master, clock, logger, timing } = options
  const savedId = journal.entries.get('id') as string | undefined
  let connection: MasterConnection | undefined
  let closed = false
  const info: AgentInfo = {
    ...options.info,
    port: endpoint.port,
    ...(savedId !== undefined && { id: { value: savedId } }),
  }
  const cx: AgentContext = {
    state: recoverState(journal, info),
    updates: statusUpdates({
      journal,
      clock,
      retry: { initial: timing.updateRetry, max: timing.updateRetryMax, jitter: 0 },
      send: (framework, status) => {
        const latest = cx.state.tasks.get(keyOf(framework, status.task_id.value))?.state ?? status.state
        connection?.send({ type: 'UPDATE', framework, status, latest })
      },
    }),
    containers,
    clock,
    logger,
    timing,
    workDir,
    address,
    executorSecret: options.executorSecret,
    readers: options.readers,
    send: message => connection?.send(message),
    closed: () => closed,
  }

  let cancelRestart = () => {}

  /** An agent that was shut down ends, and is a new one when it is started again: so is this one, without ending. */
  const startOver = (): void => {
    cx.state.info = { ...options.info, port: endpoint.port }
    journal.delete('id')
    cancelRestart = clock.after(timing.agentPing, () => {
      // Unless the connection has broken meanwhile: then it has registered already.
      if (!cx.state.info.id) cx.send({ type: 'REGISTER', registration: registrationOf(cx) })
    })
  }

  const obey = async (message: MasterMessage): Promise<void> => {
    await handle(cx, message)
    if (message.type === 'SHUTDOWN' && !closed) startOver()
  }

  const registered = (id: string): void => {
    cx.state.info = { ...info, id: { value: id } }
    if (journal.entries.get('id') !== id) journal.put('id', id)
  }

  /** Registers with the master that leads, and with the next one when the connection breaks. */
  const register = (done: () => void): void => {
    connection = master.connect({
      receive(message) {
        if (message.type === 'REGISTERED') {
          registered(message.agentId)
          return done()
        }
        // One that is not wanted now has started all the same.
        obey(message)
          .then(message.type === 'SHUTDOWN' ? done : undefined)
          .catch(error => logger.error('message not handled', { type: message.type, error }))
      },
      closed() {
        if (!closed) register(() => cx.updates.resend())
      },
    })
    connection.send({ type: 'REGISTER', registration: registrationOf(cx) })
  }

  await new Promise<void>(register)
  await journal.synced()
  for (const executor of [...cx.state.executors.values()]) resumeExecutor(cx, executor)
  cx.updates.resend()
  endpoint.open(cx)

  return {
    get id() {
      return cx.state.info.id?.value ?? ''
    },
    hostname: info.hostname,
    port: endpoint.port,
    async close() {
      closed = true
      cancelRestart()
      connection?.close()
      cx.updates.close()
      for (const executor of cx.state.executors.values()) executor.cancelTimeout()
      await endpoint.close()
      await journal.close()
    },
  }
}
