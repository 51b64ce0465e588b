export { type BinderOptions, binder } from './binder.ts'
export type { ExecutorConfig } from './executor-info.ts'
export type { OfferFeed } from './mesos.ts'
