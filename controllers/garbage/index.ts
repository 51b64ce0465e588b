export { garbage } from './garbage.ts'
