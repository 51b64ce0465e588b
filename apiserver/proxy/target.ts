import { isIP, isIPv6 } from 'node:net'
import { badRequest } from '../../api/errors.ts'
import { specialAddress } from '../../api/validation/special-address.ts'

/** Where a request is led: an address that an object names. */
export interface Target {
  readonly scheme: 'http' | 'https'
  /** An IP address. */
  readonly host: string
  readonly port: number
}

/** `host:port`, with an IPv6 address in brackets. */
export const authorityOf = ({ host, port }: Target): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`

/**
 * Throws when clients must not be led there. Loopback is the server's own host: only clients who came from there,
 * and reach it anyway, are led back to it.
 */
export const checkTarget = (target: Target, fromLoopback: boolean): Target => {
  const special = isIP(target.host) ? specialAddress(target.host) : 'unspecified'
  if (special === undefined || (special === 'loopback' && fromLoopback)) return target
  const remedy = special === 'loopback' ? ', but for clients on the API server’s own host' : ''
  throw badRequest(`address not allowed: ${target.host} is ${special}, which is not proxied to${remedy}`)
}

/** What a path names: `name`, `name:port` or `scheme:name:port`. */
export interface Named {
  readonly scheme: Target['scheme'] | undefined
  readonly name: string
  /** A number or a name; '' when none is given. */
  readonly port: string
}

/** `what` is for the message: `service`. */
export const parseNamed = (id: string, what: string): Named => {
  const parts = id.split(':')
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  if (parts.length > 3 || !name || (scheme !== '' && scheme !== 'http' && scheme !== 'https')) {
    throw badRequest(
      `invalid ${what} request ${JSON.stringify(id)}: it is name, name:port or scheme:name:port, with http or https`,
    )
  }
  return { scheme: scheme || undefined, name, port }
}
