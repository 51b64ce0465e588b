import { authenticate } from '../http/basic-auth.ts'
import { readCall, responseCodec } from '../http/messages.ts'
import { Refused } from '../http/refused.ts'
import { type Handler, requireMethod, respond } from '../http/serve.ts'
import type { AgentContext } from './context.ts'
import { readFile } from './read-file.ts'

/** POST /api/v1 of an agent: what operators and their tools ask it. */
export const operatorApi =
  (cx: AgentContext): Handler =>
  async (request, response) => {
    if (cx.readers) authenticate(request, 'mesos-agent-readwrite', cx.readers)
    requireMethod(request, 'POST')
    const { type = 'UNKNOWN', read_file } = await readCall(request, 'mesos.v1.agent.Call')
    const codec = await responseCodec(request)
    if (type === 'UNKNOWN')
      throw new Refused(400, "Failed to validate agent::Call: Expecting 'type' to be present")
    if (type !== 'READ_FILE') throw new Refused(501, `${type} is not implemented by this Mesos`)
    if (!read_file)
      throw new Refused(400, "Failed to validate agent::Call: Expecting 'read_file' to be present")
    const answer = { type, read_file: await readFile(cx, read_file) } as const
    respond(response, 200, codec.encode('mesos.v1.agent.Response', answer), {
      'Content-Type': codec.contentType,
    })
  }
