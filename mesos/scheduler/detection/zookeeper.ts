import zookeeper, { type Client } from 'node-zookeeper-client'
import { Observable } from 'rxjs'
import type { Clock } from '../../../util/clock.ts'
import type { Logger } from '../../../util/logger.ts'
import { type Detected, schedulerUrl } from './detected.ts'
import type { Masters } from './parse-masters.ts'

type Election = Extract<Masters, { type: 'zookeeper' }>

export interface ZooKeeperOptions extends Omit<Election, 'type'> {
  readonly tls: boolean
  readonly logger: Logger
  readonly clock: Clock
}

/** Milliseconds without a connection after which ZooKeeper forgets a session, and its watches. */
const sessionTimeout = 10_000

/** Between two tries when a node could not be read, milliseconds. */
const retryDelay = 1_000

/** The candidates' nodes: MasterInfo in JSON. Beside them lie `log_replicas` and, from Mesos before 0.24, `info_...`. */
const candidate = /^json\.info_(\d+)$/

/**
 * Follows the election of Mesos' masters: the candidate with the smallest sequence leads. Each subscriber has a
 * connection of its own, and a new session whenever one has expired.
 */
export const leaderInZooKeeper = (options: ZooKeeperOptions): Observable<Detected> =>
  new Observable<Detected>(subscriber => {
    const { servers, path, digest, tls, logger, clock } = options
    const place = `zk://${servers}${path}`
    let client: Client | undefined
    let cancelRetry = () => {}
    let cancelPatience = () => {}
    let told: string | undefined

    const tell = (detected: Detected): void => {
      const text = JSON.stringify(detected)
      if (text === told) return
      told = text
      subscriber.next(detected)
    }

    const connect = (): void => {
      const mine = zookeeper.createClient(servers, { sessionTimeout, spinDelay: retryDelay, retries: 0 })
      client = mine
      /** What a client says that was given up does not count. */
      const whileMine =
        <A extends readonly unknown[]>(listen: (...args: A) => void) =>
        (...args: A): void => {
          if (client === mine) listen(...args)
        }

      const failed = (what: string, cause: unknown): void => {
        logger.verbose(1, 'the election was not read; trying again', { path, cause })
        tell({ nobody: `${place}: ${what}: ${cause instanceof Error ? cause.message : cause}` })
        cancelRetry()
        cancelRetry = clock.after(retryDelay, look)
      }

      /** Reads who leads, now and whenever the candidates change: the same function is never registered twice. */
      const look = whileMine(() => {
        const read = whileMine((error: Error | zookeeper.Exception | null, names: string[]) => {
          if (error) return failed('the candidates cannot be read', error)
          const leader = leaderOf(names)
          if (leader === undefined) return tell({ nobody: `${place}: no master has been elected` })
          mine.getData(`${path}/${leader}`, whileMine(readLeader))
        })
        mine.getChildren(path, look, read)
      })

      const readLeader = (error: Error | zookeeper.Exception | null, data: Buffer): void => {
        // Gone in between: the candidates have changed, and are read again.
        if (error instanceof zookeeper.Exception && error.code === zookeeper.Exception.NO_NODE) return
        if (error) {
          failed('the leader cannot be read', error)
          return
        }
        try {
          tell({ masters: [urlOf(data.toString(), tls)] })
        } catch (cause) {
          failed('the leader is no MasterInfo', cause)
        }
      }

      const lost = whileMine(() => {
        cancelPatience()
        cancelPatience = clock.after(sessionTimeout, () => tell({ nobody: `${place} does not answer` }))
      })
      const found = whileMine(() => {
        cancelPatience()
        look()
      })
      const refused = whileMine(() => tell({ nobody: `${place} refuses our user and password` }))
      const expired = whileMine(() => {
        connect()
        mine.close()
      })
      if (digest !== undefined) mine.addAuthInfo('digest', Buffer.from(digest))
      mine.on('connected', found)
      mine.on('disconnected', lost)
      mine.on('expired', expired)
      mine.on('authenticationFailed', refused)
      lost()
      mine.connect()
    }

    connect()
    return () => {
      cancelRetry()
      cancelPatience()
      const last = client
      client = undefined
      last?.close()
    }
  })

const leaderOf = (names: readonly string[]): string | undefined =>
  names.filter(name => candidate.test(name)).sort((a, b) => sequenceOf(a) - sequenceOf(b))[0]

const sequenceOf = (name: string): number => Number(candidate.exec(name)?.[1])

/** Where the master of a MasterInfo listens. Throws a SyntaxError or TypeError on anything else. */
const urlOf = (masterInfo: string, tls: boolean): URL => {
  const { address, hostname, port } = JSON.parse(masterInfo) as {
    hostname?: string
    port?: number
    address?: { hostname?: string; ip?: string; port?: number }
  }
  // A certificate is made out to a name, while an address is reached even where the name means nothing.
  const host = tls
    ? (address?.hostname ?? hostname ?? address?.ip)
    : (address?.ip ?? address?.hostname ?? hostname)
  const on = host?.includes(':') ? `[${host}]` : host
  return schedulerUrl(`${tls ? 'https' : 'http'}://${on}:${address?.port ?? port}`)
}
