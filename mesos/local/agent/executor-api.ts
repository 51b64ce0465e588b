import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutorCall, ExecutorEvent } from '../../protocol/messages.gen.ts'
import { eventStream } from '../http/event-stream.ts'
import { readCall, responseCodec } from '../http/messages.ts'
import { Refused } from '../http/refused.ts'
import { type Handler, requireMethod, respond } from '../http/serve.ts'
import type { AgentContext } from './context.ts'
import { authenticateExecutor, type Claims, verifyClaims } from './executor-token.ts'
import { executorStatus, report } from './report.ts'
import { type Executor, keyOf } from './state.ts'
import { disconnected, subscribe } from './subscription.ts'
import { validateCall } from './validate-call.ts'

/** Throws Refused for an executor that this agent does not run, and for somebody else than that. */
const authorOf = (
  { state }: AgentContext,
  { framework_id, executor_id }: ExecutorCall,
  claims: Claims | undefined,
): Executor => {
  if (!state.frameworks.has(framework_id.value)) throw new Refused(400, 'Framework cannot be found')
  const executor = state.executors.get(keyOf(framework_id.value, executor_id.value))
  if (!executor) throw new Refused(400, 'Executor cannot be found')
  if (claims) verifyClaims(claims, executor)
  return executor
}

const handleSubscribe = async (
  cx: AgentContext,
  call: ExecutorCall,
  claims: Claims | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const codec = await responseCodec(request)
  const executor = authorOf(cx, call, claims)
  const stream = eventStream<ExecutorEvent>(response, {
    encode: event => codec.encode('mesos.v1.executor.Event', event),
    headers: { 'Content-Type': codec.contentType },
    heartbeat: { type: 'HEARTBEAT' },
    heartbeatInterval: cx.timing.executorHeartbeat,
    clock: cx.clock,
    closed: () => disconnected(executor, stream),
  })
  await subscribe(cx, executor, call.subscribe ?? {}, stream)
}

/** What a subscribed executor calls, once the call is known to be a good one. */
export const executorCall = async (
  cx: AgentContext,
  executor: Executor,
  call: ExecutorCall,
): Promise<void> => {
  const framework = executor.framework
  if (call.type === 'UPDATE' && call.update) {
    const { status } = call.update
    await report(cx, framework, executorStatus(cx, executor, status))
    const acknowledged = { task_id: status.task_id, uuid: status.uuid ?? '' }
    executor.stream?.send({ type: 'ACKNOWLEDGED', acknowledged })
  }
  if (call.type === 'MESSAGE' && call.message) {
    const { data } = call.message
    cx.send({ type: 'MESSAGE', framework, executor: executor.info.executor_id.value, data })
  }
}

/** POST /api/v1/executor */
export const executorApi =
  (cx: AgentContext): Handler =>
  async (request, response) => {
    const { executorSecret: secret } = cx
    const claims = secret === undefined ? undefined : authenticateExecutor(request, secret)
    requireMethod(request, 'POST')
    const call = await readCall(request, 'mesos.v1.executor.Call')
    const wrong = validateCall(call)
    if (wrong !== undefined) throw new Refused(400, `Failed to validate executor::Call: ${wrong}`)
    if (call.type === 'SUBSCRIBE') return handleSubscribe(cx, call, claims, request, response)
    const executor = authorOf(cx, call, claims)
    if (executor.phase === 'registering') throw new Refused(403, 'Executor is not subscribed')
    // The answer only says that the call is a good one; ACKNOWLEDGED says that the update is on disk.
    respond(response, 202)
    await executorCall(cx, executor, call)
  }
