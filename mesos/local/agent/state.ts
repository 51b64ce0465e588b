import type {
  AgentInfo,
  DrainConfig,
  ExecutorEvent,
  ExecutorInfo,
  FrameworkInfo,
  TaskInfo,
  TaskState,
  TaskStatus,
  TaskStatusReason,
} from '../../protocol/messages.gen.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { Journal } from '../journal.ts'
import { isTerminal } from '../task-state.ts'
import type { ProcessId } from './processes.ts'

/** Why an executor was ended, for its tasks' last update. */
export interface Cause {
  readonly reason: TaskStatusReason
  readonly message: string
}

/** One run of an executor, in one container. */
export interface Executor {
  readonly framework: string
  readonly info: ExecutorInfo
  readonly containerId: string
  readonly sandbox: string
  process: ProcessId | undefined
  /** `registering` until its first SUBSCRIBE, and again after the agent's restart. */
  phase: 'registering' | 'running' | 'terminating'
  stream: EventStream<ExecutorEvent> | undefined
  cause: Cause | undefined
  /** Cancels the timeout of the phase. */
  cancelTimeout: () => void
  /** KILLs that wait for it to subscribe again, by task. */
  readonly kills: Map<string, ExecutorEvent>
}

export interface AgentTask {
  readonly framework: string
  readonly info: TaskInfo
  state: TaskState
  status: TaskStatus | undefined
  /** A task is delivered only when it is on disk: the agent must know of everything that an executor runs. */
  delivery: 'saving' | 'queued' | 'sent'
}

interface SavedExecutor {
  readonly framework: string
  readonly info: ExecutorInfo
  readonly containerId: string
  readonly sandbox: string
  readonly process?: ProcessId
  readonly terminating: boolean
}

interface SavedTask {
  readonly framework: string
  readonly info: TaskInfo
}

/** All that an agent knows, in memory and in its journal. */
export interface AgentState {
  info: AgentInfo
  readonly journal: Journal
  /** While an operator has the agent emptied. */
  drain: DrainConfig | undefined
  readonly frameworks: Map<string, FrameworkInfo>
  /** By `keyOf(framework, executor)`. */
  readonly executors: Map<string, Executor>
  /** By `keyOf(framework, task)`, in the order of their launch. */
  readonly tasks: Map<string, AgentTask>
}

export const keyOf = (framework: string, id: string): string => `${framework}/${id}`

const executorKey = (executor: Executor): string => keyOf(executor.framework, executor.info.executor_id.value)

export const newExecutor = (
  fields: Pick<Executor, 'framework' | 'info' | 'containerId' | 'sandbox'>,
): Executor => ({
  ...fields,
  process: undefined,
  phase: 'registering',
  stream: undefined,
  cause: undefined,
  cancelTimeout: () => {},
  kills: new Map(),
})

export const saveFramework = ({ frameworks, journal }: AgentState, framework: FrameworkInfo): void => {
  const id = framework.id?.value ?? ''
  if (JSON.stringify(frameworks.get(id)) === JSON.stringify(framework)) return
  frameworks.set(id, framework)
  journal.put(`framework/${id}`, framework)
}

export const forgetFramework = ({ frameworks, journal }: AgentState, id: string): void => {
  frameworks.delete(id)
  journal.delete(`framework/${id}`)
}

export const saveDrain = (state: AgentState, drain: DrainConfig | undefined): void => {
  state.drain = drain
  if (drain) state.journal.put('drain', drain)
  else state.journal.delete('drain')
}

export const saveExecutor = ({ executors, journal }: AgentState, executor: Executor): void => {
  const { framework, info, containerId, sandbox, process, phase } = executor
  const key = executorKey(executor)
  executors.set(key, executor)
  journal.put(`executor/${key}`, {
    framework,
    info,
    containerId,
    sandbox,
    ...(process && { process }),
    terminating: phase === 'terminating',
  } satisfies SavedExecutor)
}

export const forgetExecutor = ({ executors, journal }: AgentState, executor: Executor): void => {
  executors.delete(executorKey(executor))
  journal.delete(`executor/${executorKey(executor)}`)
}

export const saveTask = ({ tasks, journal }: AgentState, task: AgentTask): void => {
  const key = keyOf(task.framework, task.info.task_id.value)
  tasks.set(key, task)
  journal.put(`task/${key}`, { framework: task.framework, info: task.info } satisfies SavedTask)
}

/** Takes over a status; a terminal state stays. Kept apart from the task, which may be large and never changes. */
export const saveStatus = ({ tasks, journal }: AgentState, framework: string, status: TaskStatus): void => {
  const key = keyOf(framework, status.task_id.value)
  const task = tasks.get(key)
  if (!task || isTerminal(task.state)) return
  task.state = status.state
  task.status = status
  journal.put(`status/${key}`, status)
}

export const forgetTask = ({ tasks, journal }: AgentState, framework: string, task: string): void => {
  const key = keyOf(framework, task)
  tasks.delete(key)
  journal.delete(`task/${key}`)
  journal.delete(`status/${key}`)
}

/** The executor's tasks that are not through, in the order of their launch. */
export const tasksOf = ({ tasks }: AgentState, executor: Executor): AgentTask[] =>
  [...tasks.values()].filter(
    ({ framework, info, state }) =>
      framework === executor.framework &&
      info.executor?.executor_id.value === executor.info.executor_id.value &&
      !isTerminal(state),
  )

const recoverTask = ({ framework, info }: SavedTask, status: TaskStatus | undefined): AgentTask => ({
  framework,
  info,
  state: status?.state ?? 'TASK_STAGING',
  status,
  // Whether an executor has it already it will say when it subscribes.
  delivery: status ? 'sent' : 'queued',
})

/** What the journal tells. */
export const recoverState = (journal: Journal, info: AgentInfo): AgentState => {
  const state: AgentState = {
    info,
    journal,
    drain: journal.entries.get('drain') as DrainConfig | undefined,
    frameworks: new Map(),
    executors: new Map(),
    tasks: new Map(),
  }
  for (const [path, value] of journal.entries) {
    const kind = path.slice(0, path.indexOf('/'))
    const key = path.slice(kind.length + 1)
    if (kind === 'framework') state.frameworks.set(key, value as FrameworkInfo)
    if (kind === 'task') {
      const status = journal.entries.get(`status/${key}`) as TaskStatus | undefined
      state.tasks.set(key, recoverTask(value as SavedTask, status))
    }
    if (kind === 'executor') {
      const saved = value as SavedExecutor
      const executor = newExecutor(saved)
      executor.process = saved.process
      if (saved.terminating) executor.phase = 'terminating'
      state.executors.set(key, executor)
    }
  }
  return state
}
