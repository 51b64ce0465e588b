export { parseCredentials } from './credentials.ts'
export {
  type LocalMesos,
  type LocalMesosOptions,
  startLocalMesos,
} from './start-local-mesos.ts'
