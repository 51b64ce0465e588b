import type { ExecutorCallSubscribe, ExecutorEvent } from '../../protocol/messages.gen.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { AgentContext } from './context.ts'
import { executorStatus, report } from './report.ts'
import { type Executor, tasksOf } from './state.ts'
import { deliver } from './tasks.ts'

export const disconnected = (executor: Executor, stream: EventStream<ExecutorEvent>): void => {
  if (executor.stream === stream) executor.stream = undefined
}

const greet = ({ state }: AgentContext, executor: Executor, stream: EventStream<ExecutorEvent>): void => {
  const framework = state.frameworks.get(executor.framework)
  if (!framework) return
  stream.send({
    type: 'SUBSCRIBED',
    subscribed: {
      executor_info: executor.info,
      framework_info: framework,
      agent_info: state.info,
      container_id: { value: executor.containerId },
    },
  })
}

/**
 * A task without any update is with the executor only if that says so: a LAUNCH that went down with the last
 * connection is sent again, and none twice.
 */
const queueUnseen = (
  { state }: AgentContext,
  executor: Executor,
  { unacknowledged_tasks = [], unacknowledged_updates = [] }: ExecutorCallSubscribe,
): void => {
  const seen = new Set([
    ...unacknowledged_tasks.map(task => task.task_id.value),
    ...unacknowledged_updates.map(({ status }) => status.task_id.value),
  ])
  for (const task of tasksOf(state, executor)) {
    if (task.state !== 'TASK_STAGING' || task.delivery === 'saving') continue
    task.delivery = seen.has(task.info.task_id.value) ? 'sent' : 'queued'
  }
}

/** Makes the stream the executor's only one and brings both sides to the same view. */
export const subscribe = async (
  cx: AgentContext,
  executor: Executor,
  call: ExecutorCallSubscribe,
  stream: EventStream<ExecutorEvent>,
): Promise<void> => {
  const before = executor.stream
  executor.stream = stream
  before?.end()
  greet(cx, executor, stream)
  if (executor.phase === 'terminating') {
    stream.send({ type: 'SHUTDOWN' })
  } else if (executor.phase === 'registering') {
    executor.cancelTimeout()
    executor.phase = 'running'
  }
  queueUnseen(cx, executor, call)
  deliver(cx, executor)
  for (const [task, kill] of executor.kills) {
    executor.kills.delete(task)
    stream.send(kill)
  }
  await Promise.all(
    (call.unacknowledged_updates ?? []).map(async ({ status }) => {
      await report(cx, executor.framework, executorStatus(cx, executor, status))
      const acknowledged = { task_id: status.task_id, uuid: status.uuid ?? '' }
      stream.send({ type: 'ACKNOWLEDGED', acknowledged })
    }),
  )
}
