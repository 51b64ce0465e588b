export { type AgentFeed, nodes } from './nodes.ts'
