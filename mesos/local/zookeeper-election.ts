import { once } from 'node:events'
import zookeeper, { type Client } from 'node-zookeeper-client'
import type { Logger } from '../../util/logger.ts'
import type { MasterInfo } from '../protocol/messages.gen.ts'
import type { Election } from './election.ts'

interface ZooKeeperElectionOptions {
  /** `host:port,host:port` */
  readonly servers: string
  /** Of the node that holds the candidates, `/mesos`. */
  readonly path: string
  /** `user:password`, where the ensemble asks for a digest. */
  readonly digest?: string
  readonly logger: Logger
}

const candidate = /^json\.info_(\d+)$/

const called = <T>(call: (done: (error: unknown, value?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as T))))

const sequenceOf = (name: string): number => Number(candidate.exec(name)?.[1])

const readLeader = async (
  client: Client,
  path: string,
  look: () => void,
): Promise<MasterInfo | undefined> => {
  const names = await called<string[]>(done => client.getChildren(path, look, done))
  const [first] = names.filter(name => candidate.test(name)).sort((a, b) => sequenceOf(a) - sequenceOf(b))
  if (first === undefined) return undefined
  const data = await called<Buffer>(done => client.getData(`${path}/${first}`, done))
  return JSON.parse(data.toString()) as MasterInfo
}

/**
 * In a real ZooKeeper, where frameworks look for `zk://...`: each master's session has a node `json.info_<sequence>`
 * with its MasterInfo, and the smallest sequence leads. A master whose session ends leads no more.
 */
export const zooKeeperElection = ({ servers, path, digest, logger }: ZooKeeperElectionOptions): Election => ({
  async enter(master, changed) {
    const client = zookeeper.createClient(servers)
    let left = false
    const look = async (): Promise<void> => {
      try {
        const leader = await readLeader(client, path, again)
        if (!left) changed(leader)
      } catch (error) {
        if (left) return
        // The leader's node went between the two reads, which has called us already. Without a connection the
        // session may go on: who led leads until it has expired, and the next connection looks again.
        logger.verbose(1, 'the election was not read', { path, error })
      }
    }
    const again = () => {
      look()
    }
    client.on('expired', () => {
      if (!left) changed(undefined)
    })
    if (digest !== undefined) client.addAuthInfo('digest', Buffer.from(digest))
    client.connect()
    await once(client, 'connected')
    await called(done => client.mkdirp(path, done))
    const mode = zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL
    const info = Buffer.from(JSON.stringify(master))
    await called<string>(done => client.create(`${path}/json.info_`, info, mode, done))
    await look()
    client.on('connected', again)
    return async () => {
      left = true
      client.close()
      await once(client, 'disconnected')
    }
  },
})
