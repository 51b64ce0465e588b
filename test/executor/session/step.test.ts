import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { SessionConfig, SessionState } from '../../../executor/session/state.ts'
import {
  type SessionEffect,
  type SessionInput,
  startSession,
  stepSession,
  wakeAt,
} from '../../../executor/session/step.ts'
import type { ExecutorEvent, TaskState, TaskStatus } from '../../../mesos/protocol/messages.gen.ts'
import { taskOf } from '../scripted-agent.ts'

const config: SessionConfig = {
  frameworkId: 'f-1',
  executorId: 'e-1',
  checkpoint: true,
  recoveryTimeout: 900_000,
  subscriptionBackoffMax: 2000,
  shutdownGrace: 5000,
  random: () => 0,
}

/** A session, the times of its life, and its effects in short; log lines are left out. */
const session = (more: Partial<SessionConfig> = {}) => {
  const own = { ...config, ...more }
  let now = 0
  const first = startSession(own, now)
  let state: SessionState = first.state
  let effects: readonly SessionEffect[] = first.effects
  const step = (input: SessionInput): readonly string[] => {
    const next = stepSession(state, input, own, now)
    state = next.state
    effects = next.effects.filter(effect => effect.do !== 'log')
    return effects.map(show)
  }
  return {
    step,
    event: (event: ExecutorEvent) => step({ type: 'event', event }),
    status: (status: TaskStatus) => step({ type: 'status', status }),
    lost: () => step({ type: 'lost', reason: 'gone' }),
    /** Lets time pass until the session wants to be woken; how long that was, in milliseconds, and what it did. */
    wake: () => {
      const at = wakeAt(state, own)
      if (at === undefined) throw new Error('nothing is awaited')
      const ms = at - now
      now = at
      return [ms, ...step({ type: 'time' })]
    },
    pass: (ms: number) => {
      now += ms
      return step({ type: 'time' })
    },
    get now() {
      return now
    },
    get waits() {
      return wakeAt(state, own) !== undefined
    },
    get effects() {
      return effects
    },
  }
}

const show = (effect: SessionEffect): string => {
  switch (effect.do) {
    case 'subscribe': {
      const { unacknowledged_tasks: tasks = [], unacknowledged_updates: updates = [] } =
        effect.call.subscribe ?? {}
      const words = [
        ...tasks.map(({ task_id }) => task_id.value),
        ...updates.map(({ status }) => status.uuid),
      ]
      return ['subscribe', ...words].join(' ')
    }
    case 'send':
      return `send ${effect.uuid}`
    case 'launch':
      return `launch ${effect.task.task_id.value}`
    case 'kill':
      return `kill ${effect.taskId}${effect.grace === undefined ? '' : ` ${effect.grace}`}`
    case 'killAll':
      return `killAll ${effect.grace}`
    case 'exit':
      return effect.failed ? 'fail' : 'exit'
    case 'log':
      return 'log'
  }
}

const subscribed: ExecutorEvent = {
  type: 'SUBSCRIBED',
  subscribed: {
    executor_info: { executor_id: { value: 'e-1' } },
    framework_info: { user: 'root', name: 'test' },
    agent_info: { hostname: 'agent1.local' },
  },
}

const launch = (id: string): ExecutorEvent => ({ type: 'LAUNCH', launch: { task: taskOf(id, {}) } })

const acknowledged = (id: string, uuid: string): ExecutorEvent => ({
  type: 'ACKNOWLEDGED',
  acknowledged: { task_id: { value: id }, uuid },
})

const status = (id: string, state: TaskState, uuid: string): TaskStatus => ({
  task_id: { value: id },
  state,
  uuid,
})

/** A session with one task that runs, of which the agent knows. */
const withTask = (more: Partial<SessionConfig> = {}) => {
  const it = session(more)
  it.event(subscribed)
  it.event(launch('t'))
  it.status(status('t', 'TASK_RUNNING', 'running'))
  it.step({ type: 'sent', uuid: 'running' })
  it.event(acknowledged('t', 'running'))
  return it
}

test('the recorded session: the same calls at the same events', () => {
  interface Entry {
    readonly subscribe?: object
    readonly event?: ExecutorEvent
    readonly call?: { readonly type: string; readonly update?: { readonly status: TaskStatus } }
    readonly disconnected?: string
    readonly error?: string
  }
  const text = readFileSync('test/fixtures/mesos/executor/executor-side.json', 'utf8')
  const [, first, ...rest]: readonly Entry[] = JSON.parse(text)
  const it = session({ frameworkId: '02c25cfc-0510-451f-a06b-0d25cdb7041c-0002', executorId: 'rec-1' })
  const call = () => it.effects.flatMap(effect => ('call' in effect ? [effect.call] : []))[0]
  assert.equal(call(), first?.subscribe)
  for (const entry of rest) {
    if (entry.event) it.event(entry.event)
    if (entry.call?.update) {
      const { status } = entry.call.update
      it.status(status)
      const { type, update } = call() ?? {}
      assert.equal({ type, update }, entry.call)
      it.step({ type: 'sent', uuid: status.uuid ?? '' })
    }
    if (entry.disconnected) it.lost()
    if (entry.error) {
      it.wake()
      it.lost()
    }
    if (entry.subscribe) {
      it.wake()
      assert.equal(call(), entry.subscribe)
    }
  }
  // The recording ends with SHUTDOWN, while p-1 runs.
  assert.equal(it.effects.map(show), ['killAll 4000'])
})

test('updates go one at a time, in order', () => {
  const it = session()
  it.event(subscribed)
  assert.equal(it.event(launch('t')), ['launch t'])
  assert.equal(it.status(status('t', 'TASK_STARTING', 'a')), ['send a'])
  assert.equal(it.status(status('t', 'TASK_RUNNING', 'b')), [])
  assert.equal(it.event(acknowledged('t', 'a')), [])
  assert.equal(it.step({ type: 'sent', uuid: 'a' }), ['send b'])
  assert.equal(it.step({ type: 'sent', uuid: 'b' }), [])
})

test('details that wait are replaced by newer ones; changes of state are not', () => {
  const it = session()
  it.event(subscribed)
  it.event(launch('t'))
  it.event(launch('other'))
  it.status(status('t', 'TASK_STARTING', 'a'))
  it.status(status('t', 'TASK_RUNNING', 'b'))
  it.status(status('other', 'TASK_RUNNING', 'x'))
  it.status(status('t', 'TASK_RUNNING', 'c'))
  it.status(status('t', 'TASK_KILLING', 'd'))
  it.status(status('t', 'TASK_KILLED', 'e'))
  const sent = ['a', 'x', 'c', 'd', 'e']
  for (const [index, uuid] of sent.entries()) {
    const next = sent[index + 1]
    assert.equal(it.step({ type: 'sent', uuid }), next ? [`send ${next}`] : [])
  }
})

test('a task is launched once, whatever the agent says', () => {
  const it = withTask()
  assert.equal(it.event(launch('t')), [])
  it.status(status('t', 'TASK_FINISHED', 'end'))
  it.event(acknowledged('t', 'end'))
  assert.equal(it.event(launch('t')), [])
})

test('a kill carries its grace', () => {
  const it = withTask()
  assert.equal(it.event({ type: 'KILL', kill: { task_id: { value: 't' } } }), ['kill t'])
  const kill_policy = { grace_period: { nanoseconds: 2_500_000_000 } }
  assert.equal(it.event({ type: 'KILL', kill: { task_id: { value: 't' }, kill_policy } }), ['kill t 2500'])
})

test('after a loss the pods stay, and the subscription tells what the agent may not know', () => {
  const it = withTask()
  it.event(launch('new'))
  it.status(status('new', 'TASK_STARTING', 'a'))
  assert.equal(it.lost(), [])
  // While the agent is away.
  it.status(status('new', 'TASK_RUNNING', 'b'))
  it.status(status('t', 'TASK_FINISHED', 'c'))
  assert.equal(it.wake(), [100, 'subscribe new a b c'])
  // Too late for this subscription.
  it.status(status('new', 'TASK_FAILED', 'd'))
  assert.equal(it.event(subscribed), ['send d'])
  for (const [id, uuid] of [
    ['new', 'a'],
    ['new', 'b'],
    ['t', 'c'],
  ] as const)
    it.event(acknowledged(id, uuid))
  it.lost()
  assert.equal(it.wake(), [100, 'subscribe d'])
})

test('tries come ever later, up to half the longest back-off, until the recovery timeout', () => {
  const it = withTask()
  it.lost()
  const delays: unknown[] = []
  for (let tries = 0; tries < 7; tries++) {
    const [ms, effect] = it.wake()
    assert.is(effect, 'subscribe')
    delays.push(ms)
    it.lost()
  }
  assert.equal(delays, [100, 200, 400, 800, 1000, 1000, 1000])
  let effects: readonly unknown[] = []
  while (it.now < 900_000) {
    effects = it.wake()
    if (effects.includes('subscribe')) it.lost()
  }
  assert.is(it.now, 900_000)
  assert.equal(effects.slice(1), ['killAll 4000'])
  assert.equal(it.status(status('t', 'TASK_KILLED', 'end')), ['exit'])
  assert.not.ok(it.waits)
})

test('a subscription that never answers does not outlast the recovery timeout', () => {
  const it = withTask()
  it.lost()
  it.wake()
  assert.equal(it.wake(), [899_900, 'killAll 4000'])
})

test('without checkpointing a loss ends the pods at once', () => {
  const it = withTask({ checkpoint: false })
  assert.equal(it.lost(), ['killAll 4000'])
  assert.equal(it.status(status('t', 'TASK_KILLED', 'end')), ['exit'])
})

test('with nothing to lose the executor does not wait long', () => {
  for (const it of [session(), session({ checkpoint: false })]) {
    it.lost()
    while (it.waits) if (it.wake().includes('subscribe')) it.lost()
    assert.is(it.now, 5000)
    assert.equal(it.effects.map(show), ['killAll 4000', 'exit'])
  }
})

test('what is not acknowledged is something to lose', () => {
  const it = withTask()
  it.status(status('t', 'TASK_FINISHED', 'end'))
  it.lost()
  for (const end = it.now + 60_000; it.now < end; ) if (it.wake().includes('subscribe end')) it.lost()
  it.wake()
  assert.equal(it.event(subscribed), [])
  it.event(acknowledged('t', 'end'))
  it.lost()
  const since = it.now
  while (it.waits) if (it.wake().includes('subscribe')) it.lost()
  assert.is(it.now - since, 5000)
})

test('an agent that refuses is believed when it does so for 5 s', () => {
  const it = withTask()
  const refused = () => it.step({ type: 'refused', reason: '404' })
  it.lost()
  it.wake()
  refused()
  it.wake()
  it.event(subscribed)
  assert.not.ok(it.waits)
  it.lost()
  it.wake()
  const since = it.now
  refused()
  while (it.effects.every(effect => effect.do !== 'killAll')) if (it.wake().includes('subscribe')) refused()
  assert.is(it.now - since, 5000)
  assert.equal(it.status(status('t', 'TASK_KILLED', 'end')), ['fail'])
})

test('an update that the agent will never take does not hold up the others', () => {
  const it = session()
  it.event(subscribed)
  it.event(launch('t'))
  it.status(status('t', 'TASK_STARTING', 'a'))
  it.status(status('t', 'TASK_RUNNING', 'b'))
  assert.equal(it.step({ type: 'rejected', uuid: 'a', reason: '400' }), ['send b'])
})

test('SHUTDOWN kills the pods within the grace, and waits for the last acknowledgement', () => {
  const it = withTask()
  assert.equal(it.event({ type: 'SHUTDOWN' }), ['killAll 4000'])
  assert.equal(it.event(launch('late')), [])
  assert.equal(it.event({ type: 'SHUTDOWN' }), [])
  it.pass(100)
  assert.equal(it.status(status('t', 'TASK_KILLED', 'end')), ['send end'])
  it.step({ type: 'sent', uuid: 'end' })
  assert.equal(it.event(acknowledged('t', 'end')), ['exit'])
})

test('SHUTDOWN without pods is the end; with a pod that does not die, the end of the grace is', () => {
  const empty = session()
  empty.event(subscribed)
  assert.equal(empty.event({ type: 'SHUTDOWN' }), ['killAll 4000', 'exit'])
  const it = withTask()
  it.event({ type: 'SHUTDOWN' })
  assert.equal(it.wake(), [5000, 'exit'])
})

test('a signal to end is as a SHUTDOWN; an agent that goes away meanwhile is not awaited', () => {
  const it = withTask()
  assert.equal(it.step({ type: 'shutdown', reason: 'SIGTERM' }), ['killAll 4000'])
  assert.equal(it.lost(), [])
  assert.equal(it.status(status('t', 'TASK_KILLED', 'end')), ['exit'])
})

test('an ERROR of the agent ends the executor', () => {
  const it = withTask()
  assert.equal(it.event({ type: 'ERROR', error: { message: 'no' } }), ['killAll 4000'])
  it.status(status('t', 'TASK_KILLED', 'end'))
  assert.equal(it.event(acknowledged('t', 'end')), ['fail'])
})

test.run()
