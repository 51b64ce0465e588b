export { type BinderOptions, binder } from './binder.ts'
