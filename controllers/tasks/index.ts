export type { TaskFeed } from './mesos.ts'
export { type Tasks, tasks } from './tasks.ts'
