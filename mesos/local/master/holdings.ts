import type { ExecutorInfo, TaskInfo } from '../../protocol/messages.gen.ts'
import { addResources, subtractResources } from '../../protocol/resources.ts'
import { isTerminal } from '../task-state.ts'
import {
  executorKey,
  type Framework,
  type MasterAgent,
  type MasterState,
  type MasterTask,
  taken,
} from './state.ts'

/** The role that a task's or an executor's resources are allocated to. */
const roleOf = ({ resources = [] }: TaskInfo | ExecutorInfo): string =>
  resources[0]?.allocation_info?.role ?? '*'

const take = (state: MasterState, agent: MasterAgent, framework: string, part: TaskInfo | ExecutorInfo) => {
  const resources = taken(part)
  agent.used = addResources(agent.used, resources)
  state.shares.add({ framework, role: roleOf(part) }, resources)
}

const giveBack = (
  state: MasterState,
  agent: MasterAgent,
  framework: string,
  part: TaskInfo | ExecutorInfo,
) => {
  const resources = taken(part)
  agent.used = subtractResources(agent.used, resources)
  state.shares.subtract({ framework, role: roleOf(part) }, resources)
}

const taskKey = ({ framework, info }: MasterTask): string => executorKey(framework, info.task_id.value)

/** Takes a task into the records; it has its resources until it ends or is removed. */
export const addTask = (state: MasterState, framework: Framework, task: MasterTask): void => {
  framework.tasks.set(task.info.task_id.value, task)
  const agent = state.agents.get(task.agent)
  if (!agent) return
  agent.tasks.set(taskKey(task), task)
  if (!isTerminal(task.state)) take(state, agent, task.framework, task.info)
}

/** The task has ended: its resources are free, though it stays known until that is acknowledged. */
export const endTask = (state: MasterState, task: MasterTask): void => {
  const agent = state.agents.get(task.agent)
  if (agent) giveBack(state, agent, task.framework, task.info)
}

export const removeTask = (state: MasterState, task: MasterTask): void => {
  if (!isTerminal(task.state)) endTask(state, task)
  state.agents.get(task.agent)?.tasks.delete(taskKey(task))
  state.frameworks.get(task.framework)?.tasks.delete(task.info.task_id.value)
}

export const addExecutor = (
  state: MasterState,
  agent: MasterAgent,
  framework: string,
  info: ExecutorInfo,
): void => {
  agent.executors.set(executorKey(framework, info.executor_id.value), { framework, info })
  take(state, agent, framework, info)
}

/** Whether there was one. */
export const removeExecutor = (
  state: MasterState,
  agent: MasterAgent,
  framework: string,
  executor: string,
): boolean => {
  const key = executorKey(framework, executor)
  const known = agent.executors.get(key)
  if (!known) return false
  agent.executors.delete(key)
  giveBack(state, agent, framework, known.info)
  return true
}

export const addAgent = (state: MasterState, agent: MasterAgent): void => {
  state.agents.set(agent.id, agent)
  state.shares.grow(agent.total)
}

/** Removes the agent with its tasks and executors; it must have no open offers. Answers the tasks. */
export const removeAgentRecord = (state: MasterState, agent: MasterAgent): readonly MasterTask[] => {
  const tasks = [...agent.tasks.values()]
  for (const task of tasks) removeTask(state, task)
  for (const { framework, info } of [...agent.executors.values()]) {
    removeExecutor(state, agent, framework, info.executor_id.value)
  }
  state.shares.shrink(agent.total)
  state.agents.delete(agent.id)
  return tasks
}
