export { type TasksOptions, tasks } from './tasks.ts'
