import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Pod } from '../../api/kinds/pod.ts'
import type { ExecutorCall, ExecutorEvent, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { encodeRecord } from '../../mesos/protocol/recordio.ts'

/** The agent's side of the executor API, as far as a test tells it to play. It can go away and come back. */
export class ScriptedAgent {
  /** Every call that came, in order. */
  readonly calls: ExecutorCall[] = []
  /** Headers of the newest call. */
  headers: NodeJS.Dict<string | string[]> = {}
  /** Whether status updates are acknowledged. */
  acknowledge = true
  /** Answers calls with this status and text instead. */
  refusal: { readonly status: number; readonly text: string } | undefined
  #server: Server | undefined
  #port = 0
  #stream: ServerResponse | undefined

  /** Listens, the first time on any port, then on the same again. */
  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      const call = (await json(request)) as ExecutorCall
      this.headers = request.headers
      this.calls.push(call)
      if (this.refusal) return void response.writeHead(this.refusal.status).end(this.refusal.text)
      if (call.subscribe) return this.#subscribe(response, call)
      response.writeHead(202).end()
      if (call.update && this.acknowledge) this.#acknowledge(call.update.status)
    }).listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    this.#port = (server.address() as { port: number }).port
  }

  /** As a crash: all connections break. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    this.#stream = undefined
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }

  send(event: ExecutorEvent): void {
    this.#stream?.write(encodeRecord(Buffer.from(JSON.stringify(event))))
  }

  launch(taskId: string, pod: Pod): void {
    this.send({ type: 'LAUNCH', launch: { task: taskOf(taskId, pod) } })
  }

  kill(taskId: string, graceSeconds?: number): void {
    const policy =
      graceSeconds === undefined ? {} : { kill_policy: { grace_period: { nanoseconds: graceSeconds * 1e9 } } }
    this.send({ type: 'KILL', kill: { task_id: { value: taskId }, ...policy } })
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`
  }

  get subscriptions(): readonly NonNullable<ExecutorCall['subscribe']>[] {
    return this.calls.flatMap(({ subscribe }) => (subscribe ? [subscribe] : []))
  }

  /** The updates of a task that came as calls of their own. */
  updates(taskId: string): readonly TaskStatus[] {
    return this.calls.flatMap(({ update }) =>
      update && update.status.task_id.value === taskId ? [update.status] : [],
    )
  }

  states(taskId: string): readonly string[] {
    return this.updates(taskId).map(({ state }) => state)
  }

  #subscribe(response: ServerResponse, call: ExecutorCall): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    this.#stream = response
    this.send({
      type: 'SUBSCRIBED',
      subscribed: {
        executor_info: { executor_id: call.executor_id },
        framework_info: { user: 'root', name: 'test' },
        agent_info: { hostname: 'agent1.local' },
      },
    })
    if (!this.acknowledge) return
    for (const { status } of call.subscribe?.unacknowledged_updates ?? []) this.#acknowledge(status)
  }

  #acknowledge(status: TaskStatus): void {
    this.send({
      type: 'ACKNOWLEDGED',
      acknowledged: { task_id: status.task_id, uuid: status.uuid ?? '' },
    })
  }
}

export const taskOf = (taskId: string, pod: unknown) => ({
  name: taskId,
  task_id: { value: taskId },
  agent_id: { value: 'agent-1' },
  data: Buffer.from(JSON.stringify(pod)).toString('base64'),
})
