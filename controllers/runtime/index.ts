/**
 * The runtime for reconcilers: say with `controller` what concerns you and what you do about it, and have a
 * manager run it. The controllers of this project are written with exactly this.
 */
export { changed, type Predicate } from './changed.ts'
export type { Context, ObjectContext, Target } from './context.ts'
export {
  type Controller,
  type ControllerBuilder,
  type ControllerOptions,
  controller,
  type KeyedBuilder,
  keyed,
} from './controller.ts'
export { type LeaderElectionOptions, type Leading, whileLeading } from './leader-election.ts'
export { createManager, type Manager, type ManagerOptions } from './manager.ts'
export { controllerOf, controllerReference, ownerOfKind } from './owner.ts'
export { ownedBy, type Query, type Reader } from './query.ts'
export type { QueueDepth } from './queue.ts'
export { after, type Duration, done, type Result } from './result.ts'
export type { Outcome } from './run-controller.ts'
export { settleAll } from './settle-all.ts'
