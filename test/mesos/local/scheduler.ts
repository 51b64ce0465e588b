import type { Codec } from '../../../mesos/protocol/codec.ts'
import { callSender, type Endpoint, openStream } from '../../../mesos/protocol/http.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type {
  ExecutorInfo,
  FrameworkInfo,
  Offer,
  Resource,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskStatus,
} from '../../../mesos/protocol/messages.gen.ts'
import { eventually } from '../../support/eventually.ts'

export const framework: FrameworkInfo = {
  user: '',
  name: 'test',
  failover_timeout: 600,
  checkpoint: true,
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }, { type: 'TASK_KILLING_STATE' }],
}

export const scalar = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  allocation_info: { role: '*' },
})

/** The executor program of these tests. */
export const executor = (id: string, value = executorCommand): ExecutorInfo => ({
  type: 'CUSTOM',
  executor_id: { value: id },
  command: { shell: true, value },
  resources: [scalar('cpus', 0.1), scalar('mem', 32)],
})

const executorCommand = `exec '${process.execPath}' '${new URL('executor.mjs', import.meta.url).pathname}'`

export const task = (id: string, offer: Offer, info: ExecutorInfo, wish = 'run'): TaskInfo => ({
  name: id,
  task_id: { value: id },
  agent_id: offer.agent_id,
  resources: [scalar('cpus', 0.1), scalar('mem', 32)],
  executor: info,
  data: Buffer.from(wish).toString('base64'),
})

export interface TestScheduler {
  readonly frameworkId: string
  readonly streamId: string
  readonly events: readonly SchedulerEvent[]
  /** The stream has ended. */
  readonly ended: Promise<void>
  call(call: SchedulerCall): Promise<void>
  /** Launches from an offer. */
  accept(offer: Offer, tasks: readonly TaskInfo[], refuseSeconds?: number): Promise<void>
  /** The first offer of an agent that is still open, once there is one. */
  offer(agent?: string): Promise<Offer>
  /** The task's first update with this state, once there is one. */
  status(task: string, state: string): Promise<TaskStatus>
  statuses(task: string): readonly TaskStatus[]
  /** Drops the connection, as a crash would. */
  close(): void
}

interface SchedulerOptions {
  readonly info?: FrameworkInfo
  readonly codec?: Codec
  readonly acknowledge?: boolean
  /** Longest time to wait for an offer or a status, milliseconds. */
  readonly patience?: number
}

/** A scheduler that keeps everything that it is told, and acknowledges updates unless it is told not to. */
export const testScheduler = async (
  masterUrl: string,
  { info = framework, codec = jsonCodec, acknowledge = true, patience }: SchedulerOptions = {},
): Promise<TestScheduler> => {
  const abort = new AbortController()
  const endpoint: Endpoint<'mesos.v1.scheduler.Call'> = {
    url: new URL('/api/v1/scheduler', masterUrl),
    codec,
    callType: 'mesos.v1.scheduler.Call',
  }
  const subscribe: SchedulerCall = {
    type: 'SUBSCRIBE',
    ...(info.id && { framework_id: info.id }),
    subscribe: { framework_info: info },
  }
  const stream = await openStream(endpoint, subscribe, 'mesos.v1.scheduler.Event', abort.signal)
  const streamId = stream.streamId ?? ''
  const sender = callSender({ ...endpoint, headers: { 'mesos-stream-id': streamId } }, abort.signal)
  const events: SchedulerEvent[] = []
  const gone = new Set<string>()
  let frameworkId = info.id?.value ?? ''

  const call = (message: SchedulerCall) => sender.send({ framework_id: { value: frameworkId }, ...message })

  const see = (event: SchedulerEvent) => {
    events.push(event)
    if (event.subscribed) frameworkId = event.subscribed.framework_id.value
    if (event.rescind) gone.add(event.rescind.offer_id.value)
    const status = event.update?.status
    if (acknowledge && status?.uuid && status.agent_id) {
      const { agent_id, task_id, uuid } = status
      call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } }).catch(() => {})
    }
  }
  const read = async () => {
    for await (const event of stream.events) see(event)
  }
  const ended = read().catch(() => {})
  await eventually('subscribed or refused', () => events.length > 0)

  const statuses = (id: string) =>
    events.flatMap(({ update }) => (update?.status.task_id.value === id ? [update.status] : []))

  return {
    get frameworkId() {
      return frameworkId
    },
    streamId,
    events,
    ended,
    call,
    accept(offer, tasks, refuseSeconds = 0) {
      gone.add(offer.id.value)
      return call({
        type: 'ACCEPT',
        accept: {
          offer_ids: [offer.id],
          operations: tasks.length > 0 ? [{ type: 'LAUNCH', launch: { task_infos: tasks } }] : [],
          filters: { refuse_seconds: refuseSeconds },
        },
      })
    },
    offer: agent =>
      eventually(
        'an offer',
        () =>
          events
            .flatMap(({ offers }) => offers?.offers ?? [])
            .find(
              ({ id, agent_id }) => !gone.has(id.value) && (agent === undefined || agent_id.value === agent),
            ),
        patience,
      ),
    status: (id, state) =>
      eventually(`${id} ${state}`, () => statuses(id).find(status => status.state === state), patience),
    statuses,
    close: () => abort.abort(),
  }
}
