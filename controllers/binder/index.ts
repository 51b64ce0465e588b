export { binder } from './binder.ts'
