import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SchedulerCall, SchedulerEvent } from '../../protocol/messages.gen.ts'
import { authenticate } from '../http/basic-auth.ts'
import { type EventStream, eventStream } from '../http/event-stream.ts'
import { readCall, responseCodec } from '../http/messages.ts'
import { Refused } from '../http/refused.ts'
import { type Handler, requireMethod, respond } from '../http/serve.ts'
import { accept, decline } from './accept.ts'
import type { MasterContext } from './context.ts'
import {
  disconnected,
  frameworkFor,
  removeFramework,
  revive,
  subscribe,
  suppress,
  updateFramework,
} from './frameworks.ts'
import { byLeader, type Leadership } from './leadership.ts'
import type { Framework } from './state.ts'
import { acknowledgeTask, killTask, reconcile } from './tasks.ts'
import { validateCall } from './validate-call.ts'

/** The framework that makes a call other than SUBSCRIBE. Throws Refused unless it comes from its own stream. */
const authorOf = ({ state }: MasterContext, call: SchedulerCall, request: IncomingMessage): Framework => {
  const framework = state.frameworks.get(call.framework_id?.value ?? '')
  if (!framework) throw new Refused(400, 'Framework cannot be found')
  if (!framework.subscription) throw new Refused(403, 'Framework is not subscribed')
  const streamId = request.headers['mesos-stream-id']
  if (streamId === undefined) {
    throw new Refused(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header")
  }
  if (streamId !== framework.subscription.streamId) {
    throw new Refused(
      400,
      `The stream ID '${streamId}' included in this request didn't match the stream ID currently associated with framework ID ${framework.id}`,
    )
  }
  return framework
}

const toExecutor = (cx: MasterContext, framework: Framework, { message, shutdown }: SchedulerCall): void => {
  const target = message ?? shutdown
  const agent = cx.state.agents.get(target?.agent_id.value ?? '')
  const executor = target?.executor_id.value
  if (!agent?.send || executor === undefined) {
    cx.logger.verbose(2, 'message for an executor that is not here', { executor })
    return
  }
  if (message) agent.send({ type: 'MESSAGE', framework: framework.id, executor, data: message.data })
  else agent.send({ type: 'SHUTDOWN_EXECUTOR', framework: framework.id, executor })
}

const answerInverseOffers = (
  { inverseOffers }: MasterContext,
  { id }: Framework,
  { accept_inverse_offers: accepted, decline_inverse_offers: declined }: SchedulerCall,
): void => {
  const { inverse_offer_ids = [], filters } = accepted ?? declined ?? {}
  inverseOffers.answer(id, inverse_offer_ids, accepted ? 'ACCEPT' : 'DECLINE', filters)
}

const handle = (cx: MasterContext, framework: Framework, call: SchedulerCall): void => {
  const { type } = call
  if (type === 'TEARDOWN') removeFramework(cx, framework)
  else if (type === 'SUPPRESS') suppress(framework, call.suppress?.roles ?? [])
  else if (type === 'REVIVE') revive(cx, framework, call.revive?.roles ?? [])
  else if (type === 'ACCEPT' && call.accept) accept(cx, framework, call.accept)
  else if (type === 'DECLINE' && call.decline) decline(cx, framework, call.decline)
  else if (type === 'KILL' && call.kill) killTask(cx, framework, call.kill)
  else if (type === 'ACKNOWLEDGE' && call.acknowledge) acknowledgeTask(cx, framework, call.acknowledge)
  else if (type === 'RECONCILE') reconcile(cx, framework, call.reconcile?.tasks ?? [])
  else if (type === 'ACCEPT_INVERSE_OFFERS' || type === 'DECLINE_INVERSE_OFFERS')
    answerInverseOffers(cx, framework, call)
  else if (type === 'MESSAGE' || type === 'SHUTDOWN') toExecutor(cx, framework, call)
  else if (call.update_framework) updateFramework(cx, framework, call.update_framework)
  else cx.logger.verbose(2, 'call without effect here', { type })
}

const openStream = async (
  cx: MasterContext,
  request: IncomingMessage,
  response: ServerResponse,
  closed: (streamId: string) => void,
): Promise<{ streamId: string; events: EventStream<SchedulerEvent> }> => {
  const codec = await responseCodec(request)
  const streamId = crypto.randomUUID()
  const events = eventStream<SchedulerEvent>(response, {
    encode: event => codec.encode('mesos.v1.scheduler.Event', event),
    headers: { 'Content-Type': codec.contentType, 'Mesos-Stream-Id': streamId },
    heartbeat: { type: 'HEARTBEAT' },
    heartbeatInterval: cx.timing.heartbeat,
    clock: cx.clock,
    closed: () => closed(streamId),
  })
  return { streamId, events }
}

const handleSubscribe = async (
  cx: MasterContext,
  call: SchedulerCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (!call.subscribe) return
  if (request.headers['mesos-stream-id'] !== undefined) {
    throw new Refused(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header")
  }
  let framework: Framework | undefined
  const subscription = await openStream(cx, request, response, streamId => {
    if (framework) disconnected(cx, framework, streamId)
  })
  if (cx.state.completed.has(call.framework_id?.value ?? '')) {
    subscription.events.send({ type: 'ERROR', error: { message: 'Framework has been removed' } })
    subscription.events.end()
    return
  }
  framework = frameworkFor(cx, call.subscribe)
  subscribe(cx, framework, call.subscribe, subscription)
  cx.logger.verbose(2, 'framework subscribed', { framework: framework.id, stream: subscription.streamId })
}

const realm = 'mesos-master-scheduler'

/** Throws Refused unless the framework may call itself what it does. */
const checkPrincipal = (call: SchedulerCall, principal: string | undefined): void => {
  const { framework_info } = call.subscribe ?? call.update_framework ?? {}
  const claimed = framework_info?.principal
  if (principal === undefined || claimed === undefined || claimed === principal) return
  throw new Refused(
    400,
    `Failed to validate scheduler::Call: Authenticated principal '${principal}' does not match principal '${claimed}' set in \`FrameworkInfo\``,
  )
}

/** POST /api/v1/scheduler */
export const schedulerApi = (cx: MasterContext, leadership: Leadership): Handler => {
  const handleCall: Handler = async (request, response) => {
    requireMethod(request, 'POST')
    const call = await readCall(request, 'mesos.v1.scheduler.Call')
    const wrong = validateCall(call)
    if (wrong !== undefined) throw new Refused(400, `Failed to validate scheduler::Call: ${wrong}`)
    checkPrincipal(call, cx.credentials && authenticate(request, realm, cx.credentials))
    if (call.type === 'SUBSCRIBE') return handleSubscribe(cx, call, request, response)
    handle(cx, authorOf(cx, call, request), call)
    respond(response, 202)
  }
  const lead = byLeader(leadership, handleCall)
  return (request, response) => {
    // Who is not known is not even told who leads.
    if (cx.credentials) authenticate(request, realm, cx.credentials)
    return lead(request, response)
  }
}
