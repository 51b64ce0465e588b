export { type ExecutorConfig, executorInfo } from './executor-info.ts'
export { executors } from './executors.ts'
export { type FailedStarts, failedStarts } from './failed-starts.ts'
