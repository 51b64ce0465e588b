import { isDeepStrictEqual } from 'node:util'
import type { TaskInfo } from '../../protocol/messages.gen.ts'
import {
  addResources,
  containsResources,
  noResources,
  type Resources,
  resourcesOf,
  toResourceList,
} from '../../protocol/resources.ts'
import { formatResources } from '../resource-text.ts'
import { executorKey, type Framework, type MasterAgent } from './state.ts'

interface Placement {
  readonly framework: Framework
  readonly agent: MasterAgent
  /** What the accepted offers still have. */
  readonly remaining: Resources
}

/** Ids become folder names. */
const invalidId = (kind: string, id: string): string | undefined => {
  if (id === '' || id === '.' || id === '..') return `${kind} '${id}' is disallowed`
  if (id.length > 255) return `${kind} must not be greater than 255 characters`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[/\\\x00-\x20\x7f]/.test(id)) return `${kind} '${id}' contains invalid characters`
  return undefined
}

const invalidTask = (task: TaskInfo, { framework, agent }: Placement): string | undefined => {
  const id = task.task_id.value
  const bad = invalidId('TaskID', id)
  if (bad) return bad
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`
  }
  if ((task.command === undefined) === (task.executor === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'
  }
  if ((task.resources ?? []).length === 0) return 'Task uses no resources'
  return undefined
}

const invalidExecutor = ({ executor }: TaskInfo, { framework, agent }: Placement): string | undefined => {
  if (!executor) return 'This Mesos runs tasks with an executor of their own only'
  const id = executor.executor_id.value
  const bad = invalidId('ExecutorID', id)
  if (bad) return bad
  if (executor.type === 'DEFAULT' || !executor.command) return 'This Mesos runs custom executors only'
  if (executor.framework_id && executor.framework_id.value !== framework.id) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${executor.framework_id.value} vs Expected: ${framework.id})`
  }
  const existing = agent.executors.get(executorKey(framework.id, id))?.info
  if (existing && !isDeepStrictEqual(existing, { ...executor, framework_id: { value: framework.id } })) {
    const line = '-'.repeat(60)
    return [
      'ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.',
      ...[line, 'Existing ExecutorInfo:', JSON.stringify(existing)],
      ...[line, "Task's ExecutorInfo:", JSON.stringify(executor), line],
    ].join('\n')
  }
  return undefined
}

/** What the task takes from the offers: its own resources, and those of an executor that must be started for it. */
export const required = (task: TaskInfo, agent: MasterAgent, framework: string): Resources => {
  const { executor } = task
  const own = resourcesOf(task.resources ?? [])
  const running = executor && agent.executors.has(executorKey(framework, executor.executor_id.value))
  return addResources(own, executor && !running ? resourcesOf(executor.resources ?? []) : noResources)
}

const excess = (task: TaskInfo, { framework, agent, remaining }: Placement): string | undefined => {
  try {
    const wanted = required(task, agent, framework.id)
    if (containsResources(remaining, wanted)) return undefined
    const [asked, there] = [wanted, remaining].map(resources => formatResources(toResourceList(resources)))
    return `Total resources ${asked} required by task and its executor is more than available ${there}`
  } catch (error) {
    return `Task uses invalid resources: ${error instanceof Error ? error.message : error}`
  }
}

/** Why the task cannot be launched from the offers, in Mesos' words; undefined when it can. */
export const validateTask = (task: TaskInfo, placement: Placement): string | undefined =>
  invalidTask(task, placement) ?? excess(task, placement) ?? invalidExecutor(task, placement)
