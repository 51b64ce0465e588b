import type { TaskStatus } from '../../protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import { type MasterContext, saveSoon } from './context.ts'
import { removeAgentRecord } from './holdings.ts'
import { rescindOffers } from './offers.ts'
import { type Framework, hasCapability, type MasterAgent, type MasterTask } from './state.ts'
import { executorOf, sendStatus, unreachableTime } from './statuses.ts'

export const goneMessage = 'Agent has been marked gone'

/** Removes the agent and tells the frameworks; `tell` is called for each of its unfinished tasks. */
const remove = (
  cx: MasterContext,
  agent: MasterAgent,
  tell: (framework: Framework, task: MasterTask) => void,
): void => {
  const { state, inverseOffers } = cx
  agent.cancelRemoval()
  state.admitted.delete(agent.id)
  saveSoon(cx)
  rescindOffers(state, open => open.agent === agent.id)
  inverseOffers.rescind(agent.id)
  for (const task of removeAgentRecord(state, agent)) {
    const framework = state.frameworks.get(task.framework)
    if (framework && !isTerminal(task.state)) tell(framework, task)
  }
  for (const { subscription } of state.frameworks.values()) {
    subscription?.events.send({ type: 'FAILURE', failure: { agent_id: { value: agent.id } } })
  }
}

/** The agent does not answer: its tasks are somewhere where nobody can see them. */
export const makeUnreachable = (cx: MasterContext, agent: MasterAgent): void => {
  const { state, clock } = cx
  const since = clock.now()
  state.unreachable.set(agent.id, { since, deactivated: agent.deactivated, drain: agent.drain })
  remove(cx, agent, (framework, task) => {
    task.unreachableSince = since
    if (hasCapability(framework.info, 'PARTITION_AWARE')) {
      framework.unreachable.set(task.info.task_id.value, task)
    }
    const about = { task: task.info.task_id, agent: task.info.agent_id }
    const why = { reason: 'REASON_AGENT_REMOVED', message: 'health check timed out' } as const
    sendStatus(cx, framework, { ...about, state: 'TASK_UNREACHABLE', ...why }, unreachableTime(task))
  })
}

const tellGone = (
  cx: MasterContext,
  framework: Framework,
  { info }: MasterTask,
  message = goneMessage,
): void => {
  const aware = hasCapability(framework.info, 'PARTITION_AWARE')
  const more: Partial<TaskStatus> = executorOf(info)
  sendStatus(
    cx,
    framework,
    {
      task: info.task_id,
      agent: info.agent_id,
      state: 'TASK_GONE_BY_OPERATOR',
      reason: aware ? 'REASON_AGENT_REMOVED_BY_OPERATOR' : 'REASON_AGENT_REMOVED',
      message,
    },
    more,
  )
}

const downMessage = "Operator initiated 'Machine DOWN'"

/** The agent's machine is taken down. */
export const removeDown = (cx: MasterContext, agent: MasterAgent): void => {
  agent.send?.({ type: 'SHUTDOWN', message: downMessage })
  remove(cx, agent, (framework, task) => tellGone(cx, framework, task, downMessage))
}

/** An operator knows that the agent will not come back; false for one that nobody knows. */
export const markGone = (cx: MasterContext, id: string): boolean => {
  const { state } = cx
  const agent = state.agents.get(id)
  if (state.gone.has(id)) return true
  if (!agent && !state.unreachable.delete(id)) return false
  state.gone.add(id)
  if (agent) {
    agent.send?.({ type: 'SHUTDOWN', message: goneMessage })
    remove(cx, agent, (framework, task) => tellGone(cx, framework, task))
    return true
  }
  for (const framework of state.frameworks.values()) {
    for (const [key, task] of framework.unreachable) {
      if (task.agent !== id) continue
      framework.unreachable.delete(key)
      tellGone(cx, framework, task)
    }
  }
  return true
}

/** A draining agent is drained when the end of its last task is acknowledged. */
export const checkDrained = (cx: MasterContext, agent: MasterAgent | undefined): void => {
  if (agent?.drain?.state !== 'DRAINING' || agent.tasks.size > 0) return
  if (agent.drain.config.mark_gone) markGone(cx, agent.id)
  else agent.drain = { ...agent.drain, state: 'DRAINED' }
  saveSoon(cx)
}

/** Agents of the master before this one that have not come: nobody knows what runs on them. */
export const forgetMissing = (cx: MasterContext): void => {
  const { state, clock } = cx
  for (const [id, { deactivated, drain }] of state.admitted) {
    if (state.agents.has(id)) continue
    state.admitted.delete(id)
    state.unreachable.set(id, { since: clock.now(), deactivated, drain })
  }
  saveSoon(cx)
}
