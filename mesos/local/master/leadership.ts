import type { MasterInfo } from '../../protocol/messages.gen.ts'
import { Refused } from '../http/refused.ts'
import { type Handler, respond } from '../http/serve.ts'

/** Who leads, as far as a master knows. */
export interface Leadership {
  readonly self: MasterInfo
  readonly leader: () => MasterInfo | undefined
}

/** Where the leader is. Throws Refused while there is none. */
const locate = ({ leader }: Leadership): string => {
  const { hostname, port } = leader() ?? {}
  if (port === undefined) throw new Refused(503, 'No leader elected')
  return `//${hostname}:${port}`
}

const pathOf = (url = '/'): string => (url.startsWith('/master/') ? url : `/master${url}`)

/** Only the leader answers; another master says where that is. */
export const byLeader =
  (leadership: Leadership, handler: Handler): Handler =>
  (request, response) => {
    const place = locate(leadership)
    if (leadership.leader()?.id === leadership.self.id) return handler(request, response)
    respond(response, 307, '', { Location: `${place}${pathOf(request.url)}` })
  }

/** GET /redirect */
export const redirectToLeader =
  (leadership: Leadership): Handler =>
  (_, response) =>
    respond(response, 307, '', { Location: locate(leadership) })
