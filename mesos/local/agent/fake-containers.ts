import type { ExecutorCall, ExecutorEvent, TaskState, TaskStatus } from '../../protocol/messages.gen.ts'
import type { EventStream } from '../http/event-stream.ts'
import { randomUuid } from '../uuid.ts'
import type { Containers } from './containers.ts'
import type { AgentContext } from './context.ts'
import { executorCall } from './executor-api.ts'
import type { Executor } from './state.ts'
import { disconnected, subscribe } from './subscription.ts'

interface FakeOptions {
  /** From TASK_STARTING to TASK_RUNNING, milliseconds. */
  readonly delay: number
}

type Task = NonNullable<ExecutorEvent['launch']>['task']

/** An executor without a process. It speaks the executor API with its agent, without HTTP between them. */
interface FakeExecutor {
  /** Subscribes with the agent, which may be a later life of the one that started it. */
  subscribe(cx: AgentContext, executor: Executor): void
  exit(status: number): void
  readonly ended: Promise<number>
}

const fakeExecutor = ({ delay }: FakeOptions): FakeExecutor => {
  /** Until the agent has acknowledged their first update, as every executor keeps them; undefined after it. */
  const unacknowledgedTasks = new Map<string, Task>()
  const unacknowledged = new Map<string, TaskStatus>()
  /** Living tasks, each with what stops its next step. */
  const living = new Map<string, () => void>()
  let agent: { readonly cx: AgentContext; readonly executor: Executor } | undefined
  let end: (status: number) => void = () => {}
  const ended = new Promise<number>(resolve => {
    end = resolve
  })

  const call = async (more: Omit<ExecutorCall, 'executor_id' | 'framework_id'>): Promise<void> => {
    if (!agent || agent.cx.closed()) return
    const { cx, executor } = agent
    const ids = { executor_id: executor.info.executor_id, framework_id: { value: executor.framework } }
    await executorCall(cx, executor, { ...ids, ...more })
  }

  const update = (task: string, state: TaskState): void => {
    if (!agent) return
    const { cx } = agent
    const status: TaskStatus = {
      task_id: { value: task },
      state,
      source: 'SOURCE_EXECUTOR',
      timestamp: cx.clock.now() / 1000,
      uuid: randomUuid(),
    }
    unacknowledged.set(status.uuid ?? '', status)
    call({ type: 'UPDATE', update: { status } }).catch(error =>
      cx.logger.error('update lost', { task, error }),
    )
  }

  const launch = (cx: AgentContext, task: Task): void => {
    const id = task.task_id.value
    unacknowledgedTasks.set(id, task)
    update(id, 'TASK_STARTING')
    living.set(
      id,
      cx.clock.after(delay, () => update(id, 'TASK_RUNNING')),
    )
  }

  const kill = (task: string): void => {
    living.get(task)?.()
    if (living.delete(task)) update(task, 'TASK_KILLED')
  }

  const exit = (status: number): void => {
    for (const cancel of living.values()) cancel()
    living.clear()
    end(status)
  }

  const handle = (
    cx: AgentContext,
    { launch: launched, kill: killed, acknowledged, type }: ExecutorEvent,
  ) => {
    if (launched) launch(cx, launched.task)
    if (killed) kill(killed.task_id.value)
    if (acknowledged) {
      unacknowledgedTasks.delete(acknowledged.task_id.value)
      unacknowledged.delete(acknowledged.uuid)
    }
    if (type === 'SHUTDOWN') exit(0)
  }

  return {
    ended,
    exit,
    subscribe(cx, executor) {
      agent = { cx, executor }
      const stream: EventStream<ExecutorEvent> = {
        // Never within the call that sends it, as over a connection.
        send: event => queueMicrotask(() => handle(cx, event)),
        end: () => disconnected(executor, stream),
      }
      const unacknowledged_updates = [...unacknowledged.values()].map(status => ({ status }))
      const unacknowledged_tasks = [...unacknowledgedTasks.values()]
      subscribe(cx, executor, { unacknowledged_tasks, unacknowledged_updates }, stream).catch(error =>
        cx.logger.error('executor not subscribed', { error }),
      )
    },
  }
}

/**
 * Executors that only tell what real ones would: a task is TASK_STARTING at once, TASK_RUNNING after `delay`, and
 * TASK_KILLED when it is killed. Nothing is fetched or started, and they end with this process.
 */
export const fakeContainers = (options: FakeOptions): Containers => {
  const living = new Map<string, FakeExecutor>()
  /** After the caller's own steps: the agent must have the executor in its records. */
  const subscribeSoon = (cx: AgentContext, executor: Executor, fake: FakeExecutor) =>
    queueMicrotask(() => {
      if (!cx.closed()) fake.subscribe(cx, executor)
    })
  return {
    run(cx, executor) {
      const fake = fakeExecutor(options)
      living.set(executor.containerId, fake)
      subscribeSoon(cx, executor, fake)
      return fake.ended.finally(() => living.delete(executor.containerId))
    },
    async recover(cx, executor) {
      const fake = living.get(executor.containerId)
      if (!fake) return undefined
      subscribeSoon(cx, executor, fake)
      return { ended: fake.ended.then(() => {}) }
    },
    destroy: ({ containerId }) => living.get(containerId)?.exit(9),
    async sweep() {},
  }
}
