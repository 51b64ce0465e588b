export { parseCredentials } from './credentials.ts'
export type { Election } from './election.ts'
export {
  type LocalMesos,
  type LocalMesosOptions,
  startLocalMesos,
} from './start-local-mesos.ts'
