import { schedulerUrl } from './detected.ts'

/** What `-mesos_master` names: the masters themselves, or the ZooKeeper in which they elect their leader. */
export type Masters =
  | { readonly type: 'list'; readonly masters: readonly [URL, ...URL[]] }
  | {
      readonly type: 'zookeeper'
      /** `host:port,host:port` */
      readonly servers: string
      /** Of the node that holds the candidates, `/mesos`. */
      readonly path: string
      /** `user:password`, where the ensemble asks for a digest. */
      readonly digest?: string
    }

export class MalformedMasters extends Error {
  override readonly name = 'MalformedMasters'
}

const forms = 'host:port, https://host:port, a comma list of these, or zk://host:port,host:port/path'

/** `tls`: a master that is named without a scheme speaks TLS. Throws MalformedMasters. */
export const parseMasters = (text: string, tls = false): Masters =>
  text.startsWith('zk://') ? parseZooKeeper(text) : parseList(text, tls)

const parseZooKeeper = (text: string): Masters => {
  const [, digest, servers = '', path = ''] = /^zk:\/\/(?:([^@/]+)@)?([^/]+)(\/.+)$/.exec(text) ?? []
  if (!servers) throw malformed(text, 'the path of the election is missing, as in zk://host:2181/mesos')
  for (const server of servers.split(',')) readOrigin(text, server, 'http')
  if (path.endsWith('/')) throw malformed(text, 'the path of the election ends with a slash')
  return { type: 'zookeeper', servers, path, ...(digest && { digest: decodeURIComponent(digest) }) }
}

const parseList = (text: string, tls: boolean): Masters => {
  const [first, ...others] = text
    .split(',')
    .map(each => schedulerUrl(readOrigin(text, each.trim(), tls ? 'https' : 'http')))
  if (!first) throw malformed(text, 'no master is named')
  return { type: 'list', masters: [first, ...others] }
}

const readOrigin = (text: string, master: string, scheme: string): string => {
  const written = master.includes('://') ? master : `${scheme}://${master}`
  if (!URL.canParse(written)) throw malformed(text, `${JSON.stringify(master)} is no host and port`)
  const { protocol, origin, pathname, hostname, username } = new URL(written)
  if (protocol !== 'http:' && protocol !== 'https:') throw malformed(text, `${protocol}// is not understood`)
  if (!hostname || pathname !== '/' || username)
    throw malformed(text, `${JSON.stringify(master)} is no host and port`)
  return origin
}

const malformed = (text: string, why: string): MalformedMasters =>
  new MalformedMasters(`the Mesos master ${JSON.stringify(text)}: ${why}; write ${forms}`)
