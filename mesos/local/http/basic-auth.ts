import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refused } from './refused.ts'

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** The principal of HTTP basic credentials. Throws Refused with 401 for wrong ones and none. */
export const authenticate = (
  request: IncomingMessage,
  realm: string,
  secrets: ReadonlyMap<string, string>,
): string => {
  const [, encoded = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const [, principal = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  const known = secrets.get(principal)
  if (known !== undefined && isSame(known, secret)) return principal
  throw new Refused(401, '401 Unauthorized.', { headers: { 'WWW-Authenticate': `Basic realm="${realm}"` } })
}
