export { nodes } from './nodes.ts'
