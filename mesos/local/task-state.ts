import type { TaskState } from '../protocol/messages.gen.ts'

const terminal: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
])

/** No other state follows: the task's resources are free. */
export const isTerminal = (state: TaskState): boolean => terminal.has(state)
