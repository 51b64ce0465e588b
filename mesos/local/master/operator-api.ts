import { readCall, responseCodec } from '../http/messages.ts'
import { Refused } from '../http/refused.ts'
import { type Handler, type Routes, requireMethod, respond, respondJson } from '../http/serve.ts'
import { mesosVersion } from '../version.ts'
import type { MasterContext } from './context.ts'
import { byLeader, type Leadership, redirectToLeader } from './leadership.ts'
import { legacySlaves, legacyState } from './legacy-state.ts'
import { operatorActions } from './operator-actions.ts'
import { operatorAnswers } from './operator-state.ts'

/** POST /api/v1 */
const operatorCall =
  (cx: MasterContext): Handler =>
  async (request, response) => {
    requireMethod(request, 'POST')
    const call = await readCall(request, 'mesos.v1.master.Call')
    const codec = await responseCodec(request)
    const { type = 'UNKNOWN' } = call
    const action = Object.hasOwn(operatorActions, type) ? operatorActions[type] : undefined
    if (action) {
      action(cx, call)
      await cx.save()
      return respond(response, 200)
    }
    const answer = Object.hasOwn(operatorAnswers, type) ? operatorAnswers[type] : undefined
    if (!answer) {
      if (type === 'UNKNOWN')
        throw new Refused(400, "Failed to validate master::Call: Expecting 'type' to be present")
      throw new Refused(501, `${type} is not implemented by this Mesos`)
    }
    respond(response, 200, codec.encode('mesos.v1.master.Response', answer(cx.state, cx)), {
      'Content-Type': codec.contentType,
    })
  }

const get =
  (answer: Handler): Handler =>
  (request, response) => {
    requireMethod(request, 'GET')
    return answer(request, response)
  }

/** What operators and their tools ask a master, by path. */
export const operatorApi = (cx: MasterContext, leadership: Leadership): Routes => {
  const { state } = cx
  const stateRoute = get((_, response) => respondJson(response, legacyState(state)))
  const leading = (handler: Handler) => byLeader(leadership, handler)
  return {
    '/api/v1': leading(operatorCall(cx)),
    '/health': get((_, response) => respond(response, 200)),
    '/version': get((_, response) => respondJson(response, { version: mesosVersion })),
    '/redirect': get(redirectToLeader(leadership)),
    '/state': leading(stateRoute),
    '/state.json': leading(stateRoute),
    '/slaves': leading(get((_, response) => respondJson(response, legacySlaves(state)))),
  }
}
