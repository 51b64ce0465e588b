import type { TaskInfo, TaskState, TaskStatus, TaskStatusReason } from '../../protocol/messages.gen.ts'
import { randomUuid } from '../uuid.ts'
import type { AgentContext } from './context.ts'
import { type Executor, saveStatus } from './state.ts'

/**
 * Records an update, waits for the disk, and sends it to the master when it is its turn. An update that is known by
 * its uuid is not recorded twice.
 */
export const report = async (cx: AgentContext, framework: string, told: TaskStatus): Promise<void> => {
  const { state, updates } = cx
  const status = whileDraining(cx, framework, told)
  // A framework that was removed has nobody who would acknowledge.
  if (!state.frameworks.has(framework)) return
  if (updates.add(framework, status)) saveStatus(state, framework, status)
  await state.journal.synced()
  updates.forward(framework, status.task_id.value)
}

interface AgentStatus {
  readonly state: TaskState
  readonly reason: TaskStatusReason
  readonly message: string
}

/** An update that the agent makes itself. */
export const agentStatus = (cx: AgentContext, task: TaskInfo, fields: AgentStatus): TaskStatus => ({
  task_id: task.task_id,
  ...fields,
  source: 'SOURCE_AGENT',
  ...(cx.state.info.id && { agent_id: cx.state.info.id }),
  ...(task.executor && { executor_id: task.executor.executor_id }),
  timestamp: cx.clock.now() / 1000,
  uuid: randomUuid(),
})

/** An executor's update with what the agent knows better. An address that the executor gave stays. */
export const executorStatus = (cx: AgentContext, executor: Executor, status: TaskStatus): TaskStatus => ({
  ...status,
  ...(cx.state.info.id && { agent_id: cx.state.info.id }),
  executor_id: executor.info.executor_id,
  timestamp: status.timestamp ?? cx.clock.now() / 1000,
  container_status: {
    network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: cx.address }] }],
    ...status.container_status,
    container_id: status.container_status?.container_id ?? { value: executor.containerId },
    ...(executor.process && { executor_pid: executor.process.pid }),
  },
})

const isPartitionAware = (cx: AgentContext, framework: string): boolean =>
  (cx.state.frameworks.get(framework)?.capabilities ?? []).some(({ type }) => type === 'PARTITION_AWARE')

/** What is killed on a draining agent is killed by the operator, whatever its executor says. */
const whileDraining = (cx: AgentContext, framework: string, status: TaskStatus): TaskStatus => {
  const { drain } = cx.state
  if (!drain || (status.state !== 'TASK_KILLED' && status.state !== 'TASK_KILLING')) return status
  const gone = drain.mark_gone && isPartitionAware(cx, framework)
  const state = gone ? 'TASK_GONE_BY_OPERATOR' : status.state
  return { ...status, state, reason: 'REASON_AGENT_DRAINING' }
}

/** What becomes of a task that never reached its executor. Frameworks that do not know partitions know only LOST. */
export const droppedState = (cx: AgentContext, framework: string): TaskState =>
  isPartitionAware(cx, framework) ? 'TASK_DROPPED' : 'TASK_LOST'
