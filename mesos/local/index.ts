export {
  type LocalMesos,
  type LocalMesosOptions,
  startLocalMesos,
} from './start-local-mesos.ts'
