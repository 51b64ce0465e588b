import type { TaskState } from '../mesos/protocol/messages.gen.ts'

/** Whether an executor that reports this state is through with the task. */
export const isTerminal = (state: TaskState): boolean =>
  state === 'TASK_FINISHED' || state === 'TASK_FAILED' || state === 'TASK_KILLED' || state === 'TASK_ERROR'
