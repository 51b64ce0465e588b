import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refused } from '../http/refused.ts'
import type { Executor } from './state.ts'

/** What a token says of its owner: framework, executor, container. */
export interface Claims {
  readonly fid?: string
  readonly eid?: string
  readonly cid?: string
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const signature = (text: string, secret: string): Buffer => createHmac('sha256', secret).update(text).digest()

const claimsOf = ({ framework, info, containerId }: Executor): Claims => ({
  fid: framework,
  eid: info.executor_id.value,
  cid: containerId,
})

/** A JWT by which the agent knows the executor again. It is the same every time: executors outlive their agent. */
export const executorToken = (executor: Executor, secret: string): string => {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claimsOf(executor))}`
  return `${text}.${signature(text, secret).toString('base64url')}`
}

const unauthorized = (error?: string): Refused => {
  const why = error === undefined ? '' : `, error="invalid_token", error_description="${error}"`
  const headers = { 'WWW-Authenticate': `Bearer realm="mesos-agent-executor"${why}` }
  return new Refused(401, '', { headers })
}

/** The claims of the token that the request shows. Throws Refused with 401 for a wrong one and none. */
export const authenticateExecutor = (request: IncomingMessage, secret: string): Claims => {
  const { authorization } = request.headers
  // Without an error where there is nothing that could be wrong: RFC 6750, 3.1.
  if (authorization === undefined) throw unauthorized()
  const [scheme, token, ...more] = authorization.split(' ')
  if (token === undefined || more.length > 0) throw unauthorized("Malformed 'Authorization' header")
  if (scheme !== 'Bearer') throw unauthorized(`Scheme '${scheme}' unsupported`)
  const [header = '', payload = '', signed = ''] = token.split('.')
  const wanted = signature(`${header}.${payload}`, secret)
  const given = Buffer.from(signed, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw unauthorized('Invalid JWT: Token signature does not match')
  }
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

/** Throws Refused with 403 unless the claims are those of this run of the executor. */
export const verifyClaims = (claims: Claims, executor: Executor): void => {
  const wanted = claimsOf(executor)
  const said = `Authenticated principal '${JSON.stringify(claims)}' does not contain`
  if (claims.fid !== wanted.fid) {
    throw new Refused(
      403,
      `${said} an 'fid' claim with the framework ID ${wanted.fid}, which is set in the call`,
    )
  }
  if (claims.eid !== wanted.eid) {
    throw new Refused(
      403,
      `${said} an 'eid' claim with the executor ID ${wanted.eid}, which is set in the call`,
    )
  }
  if (claims.cid !== wanted.cid) {
    throw new Refused(403, `${said} a 'cid' claim with the correct active ContainerID`)
  }
}
