import { noResources, resourcesOf } from '../../protocol/resources.ts'
import type { AgentMessage, MasterMessage, Registration, TaskSnapshot } from '../link.ts'
import { isTerminal } from '../task-state.ts'
import { checkDrained, goneMessage, makeUnreachable } from './agent-removal.ts'
import { type MasterContext, saveSoon } from './context.ts'
import { recoverFramework } from './frameworks.ts'
import { addAgent, addExecutor, addTask, removeAgentRecord, removeExecutor } from './holdings.ts'
import { isDown } from './machines.ts'
import { rescindOffers } from './offers.ts'
import { executorKey, type Framework, type MasterAgent, type MasterTask } from './state.ts'
import { lasting, sendStatus } from './statuses.ts'
import { updateTask } from './tasks.ts'

/** Takes up a task that the agent reports; one that was unreachable is told to be back. */
const takeUp = (
  cx: MasterContext,
  framework: Framework,
  agent: MasterAgent,
  snapshot: TaskSnapshot,
): void => {
  const id = snapshot.info.task_id.value
  const task: MasterTask = {
    framework: framework.id,
    agent: agent.id,
    info: snapshot.info,
    state: snapshot.state,
    status: snapshot.status,
    unreachableSince: undefined,
  }
  addTask(cx.state, framework, task)
  if (!framework.unreachable.delete(id)) return
  sendStatus(
    cx,
    framework,
    {
      task: snapshot.info.task_id,
      agent: snapshot.info.agent_id,
      state: snapshot.state,
      reason: 'REASON_AGENT_REREGISTERED',
      message: 'Unreachable agent re-reregistered',
    },
    lasting(task),
  )
}

/** Tasks that were on their way when the connection broke, and never came there. */
const drop = (cx: MasterContext, tasks: readonly MasterTask[]): void => {
  for (const task of tasks) {
    const framework = cx.state.frameworks.get(task.framework)
    if (!framework || isTerminal(task.state)) continue
    sendStatus(cx, framework, {
      task: task.info.task_id,
      agent: task.info.agent_id,
      state: 'TASK_DROPPED',
      reason: 'REASON_RECONCILIATION',
      message: 'Reconciliation: Task is unknown to the agent',
    })
  }
}

const register = (
  cx: MasterContext,
  registration: Registration,
  send: (message: MasterMessage) => void,
): MasterAgent => {
  const { state, allocator, clock } = cx
  const id = registration.agent.id?.value ?? `${state.info.id}-S${state.nextAgent++}`
  const before = state.agents.get(id)
  before?.cancelRemoval()
  rescindOffers(state, open => open.agent === id)
  cx.inverseOffers.rescind(id)
  const expected = before ? removeAgentRecord(state, before) : []
  const known = before ?? state.unreachable.get(id) ?? state.admitted.get(id)
  state.unreachable.delete(id)
  const living = registration.executors.filter(({ framework }) => !state.completed.has(framework))
  const agent: MasterAgent = {
    id,
    info: { ...registration.agent, id: { value: id } },
    registered: before?.registered ?? clock.now(),
    reregistered: before ? clock.now() : undefined,
    total: resourcesOf(registration.agent.resources ?? []),
    used: noResources,
    offered: noResources,
    tasks: new Map(),
    executors: new Map(),
    deactivated: known?.deactivated ?? false,
    drain: known?.drain,
    send,
    cancelRemoval: () => {},
  }
  addAgent(state, agent)
  state.admitted.set(id, agent)
  saveSoon(cx)
  for (const { framework, info } of living) addExecutor(state, agent, framework, info)
  send({ type: 'REGISTERED', agentId: id })
  for (const info of registration.frameworks) {
    const framework = info.id?.value ?? ''
    if (state.completed.has(framework)) send({ type: 'SHUTDOWN_FRAMEWORK', framework })
    else if (!state.frameworks.has(framework)) recoverFramework(cx, info)
  }
  for (const snapshot of registration.tasks) {
    const framework = state.frameworks.get(snapshot.framework)
    if (framework) takeUp(cx, framework, agent, snapshot)
  }
  drop(
    cx,
    expected.filter(({ framework, info }) => !agent.tasks.has(executorKey(framework, info.task_id.value))),
  )
  if (agent.drain) send({ type: 'DRAIN', config: agent.drain.config })
  checkDrained(cx, agent)
  allocator.soon(agent.id)
  return agent
}

const executorExited = (
  { state, allocator }: MasterContext,
  agent: MasterAgent,
  { framework, executor, status }: Extract<AgentMessage, { type: 'EXITED' }>,
): void => {
  if (removeExecutor(state, agent, framework, executor)) allocator.soon(agent.id)
  state.frameworks.get(framework)?.subscription?.events.send({
    type: 'FAILURE',
    failure: {
      agent_id: { value: agent.id },
      executor_id: { value: executor },
      ...(status !== undefined && { status }),
    },
  })
}

export interface AgentSession {
  receive(message: AgentMessage): void
  disconnect(): void
}

/** The master's side of one connection with an agent. */
export const agentSession = (
  cx: MasterContext,
  send: (message: MasterMessage) => void,
  hangUp: () => void,
): AgentSession => {
  const { clock, timing } = cx
  let agent: MasterAgent | undefined
  let answered = 0
  let cancelPing = () => {}

  /** A connection that is open may lead nowhere: only answers tell that the agent is there. */
  const ping = (pinged: MasterAgent) => {
    cancelPing = clock.after(timing.agentPing, () => {
      if (cx.state.agents.get(pinged.id) !== pinged) return
      if (clock.now() - answered >= timing.agentReregistration) {
        makeUnreachable(cx, pinged)
        hangUp()
        return
      }
      send({ type: 'PING' })
      ping(pinged)
    })
  }

  const receive = (message: AgentMessage) => {
    if (message.type === 'REGISTER') {
      if (cx.state.gone.has(message.registration.agent.id?.value ?? '')) {
        send({ type: 'SHUTDOWN', message: goneMessage })
        return
      }
      if (isDown(cx.state, { info: message.registration.agent })) {
        send({ type: 'SHUTDOWN', message: 'Machine is `DOWN`' })
        return
      }
      agent = register(cx, message.registration, send)
      answered = cx.clock.now()
      cancelPing()
      ping(agent)
      return
    }
    // One that was removed, or is served by a newer connection, has to register first.
    if (!agent || cx.state.agents.get(agent.id) !== agent) return
    if (message.type === 'PONG') answered = cx.clock.now()
    if (message.type === 'UPDATE') updateTask(cx, message.framework, message.status, message.latest)
    if (message.type === 'EXITED') executorExited(cx, agent, message)
    if (message.type === 'MESSAGE') {
      const { framework, executor, data } = message
      cx.state.frameworks.get(framework)?.subscription?.events.send({
        type: 'MESSAGE',
        message: { agent_id: { value: agent.id }, executor_id: { value: executor }, data },
      })
    }
  }

  return {
    receive,
    disconnect() {
      cancelPing()
      const lost = agent
      // Another connection may have taken the agent over.
      if (!lost || cx.state.agents.get(lost.id) !== lost) return
      lost.send = undefined
      rescindOffers(cx.state, open => open.agent === lost.id)
      cx.inverseOffers.rescind(lost.id)
      lost.cancelRemoval = cx.clock.after(cx.timing.agentReregistration, () => makeUnreachable(cx, lost))
    },
  }
}
