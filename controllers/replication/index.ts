export { type ReplicationOptions, replication } from './replication.ts'
