import { once } from 'node:events'
import zookeeper, { type Client } from 'node-zookeeper-client'
import { longestSession } from './zookeeper.ts'

/** A session with ZooKeeper, to enter candidates with as masters do. */
export class Election {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  static async join(server: string): Promise<Election> {
    const client = zookeeper.createClient(server, { sessionTimeout: longestSession })
    client.connect()
    await once(client, 'connected')
    return new Election(client)
  }

  /** Enters a candidate: a node that goes with the session, with the next sequence. Answers its path. */
  async enter(path: string, masterInfo: Buffer): Promise<string> {
    await called<string>(done => this.#client.mkdirp(path, done))
    const mode = zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL
    return called(done => this.#client.create(`${path}/json.info_`, masterInfo, mode, done))
  }

  create(path: string): Promise<string> {
    return called(done => this.#client.create(path, done))
  }

  remove(path: string): Promise<void> {
    return called(done => this.#client.remove(path, done))
  }

  leave(): void {
    this.#client.close()
  }
}

const called = <T>(call: (done: (error: unknown, value?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as T))))
