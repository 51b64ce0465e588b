export { podGarbage } from './pod-garbage.ts'
