import type { ExecutorCall, ExecutorEvent, TaskInfo, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import { away, patience } from './absence.ts'
import { liveTasks, type SessionConfig, type SessionState } from './state.ts'

/** What happens to the session. `time` says that `wakeAt` has come. */
export type SessionInput =
  | { readonly type: 'event'; readonly event: ExecutorEvent }
  /** No connection could be made, or the one that was is gone. */
  | { readonly type: 'lost'; readonly reason: string }
  /** The agent does not want this executor. */
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'sent'; readonly uuid: string }
  /** The agent will never take this update. */
  | { readonly type: 'rejected'; readonly uuid: string; readonly reason: string }
  | { readonly type: 'status'; readonly status: TaskStatus }
  | { readonly type: 'shutdown'; readonly reason: string }
  | { readonly type: 'time' }

export type SessionEffect =
  | { readonly do: 'subscribe'; readonly call: ExecutorCall }
  | { readonly do: 'send'; readonly call: ExecutorCall; readonly uuid: string }
  | { readonly do: 'launch'; readonly task: TaskInfo }
  | { readonly do: 'kill'; readonly taskId: string; readonly grace?: number }
  /** Kill all pods, with at most this grace. */
  | { readonly do: 'killAll'; readonly grace: number; readonly reason: string }
  | { readonly do: 'exit'; readonly reason: string; readonly failed: boolean }
  | { readonly do: 'log'; readonly message: string; readonly fields: object }

interface SessionStep {
  readonly state: SessionState
  readonly effects: readonly SessionEffect[]
}

export const startSession = (config: SessionConfig, now: number): SessionStep =>
  subscribe(
    {
      connection: { is: 'subscribing', since: now, failures: 0 },
      tasks: new Map(),
      seen: new Set(),
      updates: [],
      done: false,
    },
    config,
  )

/** The executor's side of the v1 executor API as a function. */
export const stepSession = (
  state: SessionState,
  input: SessionInput,
  config: SessionConfig,
  now: number,
): SessionStep => {
  if (state.done) return { state, effects: [] }
  const applied = apply(state, input, config, now)
  const settled = settle(applied.state, config, now)
  return { state: settled.state, effects: [...applied.effects, ...settled.effects] }
}

/** When the session wants a `time` input, if nothing happens before. */
export const wakeAt = (state: SessionState, config: SessionConfig): number | undefined => {
  if (state.done) return undefined
  if (state.ending) return state.ending.by
  if (state.connection.is === 'subscribed') return undefined
  const limit = patience(state, config)
  return state.connection.is === 'waiting' ? Math.min(limit, state.connection.retryAt) : limit
}

const only = (state: SessionState, ...effects: SessionEffect[]): SessionStep => ({ state, effects })

const apply = (state: SessionState, input: SessionInput, config: SessionConfig, now: number): SessionStep => {
  switch (input.type) {
    case 'event':
      return handle(state, input.event, config, now)
    case 'lost': {
      // A try each second for a quarter of an hour is not worth a line each.
      const news = state.connection.is === 'subscribed' || state.connection.failures === 0
      const line = note('the agent is away', { reason: input.reason })
      return only(away(state, config, now, false), ...(news ? [line] : []))
    }
    case 'refused':
      return only(away(state, config, now, true), note('the agent refuses', { reason: input.reason }))
    case 'sent':
      return only(state.sending === input.uuid ? { ...state, sending: undefined } : state)
    case 'rejected':
      return only(
        remove(state.sending === input.uuid ? { ...state, sending: undefined } : state, input.uuid),
        note('the agent does not take a status update', { uuid: input.uuid, reason: input.reason }),
      )
    case 'status':
      return only(enqueue(state, input.status))
    case 'shutdown':
      return end(state, input.reason, false, config, now)
    case 'time':
      return only(state)
  }
}

const handle = (
  state: SessionState,
  event: ExecutorEvent,
  config: SessionConfig,
  now: number,
): SessionStep => {
  if (event.subscribed) {
    const agent = event.subscribed.agent_info.hostname
    return only({ ...state, connection: { is: 'subscribed' } }, note('subscribed', { agent }))
  }
  if (event.launch) return launch(state, event.launch.task)
  if (event.kill) {
    const nanoseconds = event.kill.kill_policy?.grace_period?.nanoseconds
    const grace = nanoseconds === undefined ? {} : { grace: nanoseconds / 1e6 }
    return only(state, { do: 'kill', taskId: event.kill.task_id.value, ...grace })
  }
  if (event.acknowledged) return only(remove(state, event.acknowledged.uuid))
  if (event.type === 'SHUTDOWN') return end(state, 'Mesos shuts the executor down', false, config, now)
  if (event.error) return end(state, `the agent says: ${event.error.message}`, true, config, now)
  return only(state, note('event ignored', { type: event.type }))
}

const launch = (state: SessionState, task: TaskInfo): SessionStep => {
  const id = task.task_id.value
  if (state.seen.has(id)) return only(state, note('the task was launched before', { task: id }))
  if (state.ending) return only(state, note('no task is launched any more', { task: id }))
  const next = {
    ...state,
    seen: new Set(state.seen).add(id),
    tasks: new Map(state.tasks).set(id, { info: task, acknowledged: false, ended: false }),
  }
  return only(next, { do: 'launch', task })
}

/**
 * Appends the status. One that says nothing but the pod's newest details replaces its predecessor while that waits
 * here: an agent may be away for long, and a pod may crash in a loop.
 */
const enqueue = (state: SessionState, status: TaskStatus): SessionState => {
  const id = status.task_id.value
  const task = state.tasks.get(id)
  const ended = isTerminal(status.state)
  const tasks = task && ended ? new Map(state.tasks).set(id, { ...task, ended }) : state.tasks
  const last = state.updates.findLast(update => update.status.task_id.value === id)
  const kept =
    last && !last.sent && last.status.state === status.state
      ? state.updates.filter(update => update !== last)
      : state.updates
  return { ...state, tasks, updates: [...kept, { status, sent: false }] }
}

/** The agent has the update for good. A task whose last one it was is forgotten. */
const remove = (state: SessionState, uuid: string): SessionState => {
  const update = state.updates.find(({ status }) => status.uuid === uuid)
  if (!update) return state
  const id = update.status.task_id.value
  const task = state.tasks.get(id)
  const tasks = new Map(state.tasks)
  if (isTerminal(update.status.state)) tasks.delete(id)
  else if (task) tasks.set(id, { ...task, acknowledged: true })
  return { ...state, tasks, updates: state.updates.filter(other => other !== update) }
}

const end = (
  state: SessionState,
  reason: string,
  failed: boolean,
  config: SessionConfig,
  now: number,
): SessionStep => {
  if (state.ending) return only(state)
  const { shutdownGrace } = config
  // What is left of the grace is for the last status updates; then the agent kills.
  const grace = shutdownGrace - Math.min(1000, shutdownGrace / 4)
  return only(
    { ...state, ending: { reason, failed, by: now + shutdownGrace } },
    { do: 'killAll', grace, reason },
  )
}

/** Does everything that the state allows at this time. */
const settle = (state: SessionState, config: SessionConfig, now: number): SessionStep => {
  const { connection, ending } = state
  if (ending) {
    const told = state.updates.length === 0 || connection.is !== 'subscribed'
    if (now >= ending.by || (!liveTasks(state) && told)) {
      return only({ ...state, done: true }, { do: 'exit', reason: ending.reason, failed: ending.failed })
    }
    return pump(state, config)
  }
  if (connection.is === 'subscribed') return pump(state, config)
  if (now >= patience(state, config)) {
    const { refusedSince } = connection
    const why = refusedSince === undefined ? 'the agent is gone' : 'the agent refuses this executor'
    const ended = end(state, why, refusedSince !== undefined, config, now)
    const settled = settle(ended.state, config, now)
    return { state: settled.state, effects: [...ended.effects, ...settled.effects] }
  }
  if (connection.is === 'waiting' && now >= connection.retryAt) {
    return subscribe({ ...state, connection: { ...connection, is: 'subscribing' } }, config)
  }
  return only(state)
}

/** Everything unacknowledged goes with the subscription, and counts as sent from then on. */
const subscribe = (state: SessionState, config: SessionConfig): SessionStep => {
  const call: ExecutorCall = {
    ...identity(config),
    type: 'SUBSCRIBE',
    subscribe: {
      unacknowledged_tasks: [...state.tasks.values()]
        .filter(({ acknowledged }) => !acknowledged)
        .map(({ info }) => info),
      unacknowledged_updates: state.updates.map(({ status }) => ({ status })),
    },
  }
  const updates = state.updates.map(update => ({ ...update, sent: true }))
  return only({ ...state, updates }, { do: 'subscribe', call })
}

const pump = (state: SessionState, config: SessionConfig): SessionStep => {
  const next = state.updates.find(({ sent }) => !sent)
  if (!next || state.sending !== undefined || state.connection.is !== 'subscribed') return only(state)
  const { status } = next
  const uuid = status.uuid ?? ''
  const call: ExecutorCall = { ...identity(config), type: 'UPDATE', update: { status } }
  const updates = state.updates.map(update => (update === next ? { status, sent: true } : update))
  return only({ ...state, updates, sending: uuid }, { do: 'send', call, uuid })
}

const identity = ({ frameworkId, executorId }: SessionConfig) => ({
  framework_id: { value: frameworkId },
  executor_id: { value: executorId },
})

const note = (message: string, fields: object): SessionEffect => ({ do: 'log', message, fields })
