import type { Container } from 'kubernetes-types/core/v1'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../../api/kinds/pod.ts'
import { initialPod, type PodState } from '../../../executor/pods/state.ts'
import { messageOf, podStatus, taskStateOf } from '../../../executor/pods/status.ts'
import { type PodEffect, type PodInput, stepPod, wakeAt } from '../../../executor/pods/step.ts'
import { podOf, shell } from '../pod-fixture.ts'

const start = Date.parse('2014-10-17T02:46:00Z')

/** One pod, and the times and effects of its life. */
const pod = (containers: readonly Container[], spec: Partial<Pod['spec']> = {}) => {
  let now = start
  let state: PodState = initialPod(podOf(containers, spec), now)
  const step = (input: PodInput): readonly string[] => {
    const { state: next, effects } = stepPod(state, input, now)
    state = next
    return effects.map(show)
  }
  const exit = (container: string, exitCode: number) =>
    step({ type: 'exited', container, exit: { exitCode } })
  const started = (container: string) => step({ type: 'started', container, id: `process://${container}` })
  return {
    step,
    exit,
    started,
    /** Lets the time pass until the pod wants to be woken; how long that was, in seconds, and what it did. */
    wake: () => {
      const at = wakeAt(state)
      if (at === undefined) throw new Error('nothing is awaited')
      const seconds = (at - now) / 1000
      now = at
      return [seconds, ...step({ type: 'time' })]
    },
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    get waits() {
      return wakeAt(state) !== undefined
    },
    get task() {
      return taskStateOf(state)
    },
    get message() {
      return messageOf(state)
    },
    get status() {
      return podStatus(state, '10.0.0.7')
    },
    container: (name: string) =>
      [
        ...(podStatus(state, '').initContainerStatuses ?? []),
        ...(podStatus(state, '').containerStatuses ?? []),
      ].find(status => status.name === name),
    condition: (type: string) => podStatus(state, '').conditions?.find(condition => condition.type === type),
  }
}

const show = (effect: PodEffect): string => {
  switch (effect.do) {
    case 'start':
      return `start ${effect.container} ${effect.restart}`
    case 'signal':
      return `${effect.signal} ${effect.container}`
    case 'release':
      return 'release'
  }
}

const one = (spec: Partial<Pod['spec']> = {}) => pod([shell('')], spec)

const named = (...names: string[]) => names.map(name => shell('', { name }))

const running = (spec: Partial<Pod['spec']> = {}) => {
  const it = one(spec)
  it.step({ type: 'time' })
  it.started('main')
  return it
}

test('a pod that starts, runs and succeeds', () => {
  const it = one({ restartPolicy: 'Never' })
  assert.is(it.task, 'TASK_STARTING')
  assert.is(it.status.phase, 'Pending')
  assert.equal(it.container('main')?.state, { waiting: { reason: 'ContainerCreating' } })
  assert.equal(it.step({ type: 'time' }), ['start main 0'])
  it.pass(2)
  assert.equal(it.started('main'), [])
  assert.is(it.task, 'TASK_RUNNING')
  assert.equal(it.status, {
    observedGeneration: 1,
    phase: 'Running',
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: '2014-10-17T02:46:00Z' },
      { type: 'ContainersReady', status: 'True', lastTransitionTime: '2014-10-17T02:46:02Z' },
      { type: 'Ready', status: 'True', lastTransitionTime: '2014-10-17T02:46:02Z' },
    ],
    hostIP: '10.0.0.7',
    hostIPs: [{ ip: '10.0.0.7' }],
    podIP: '10.0.0.7',
    podIPs: [{ ip: '10.0.0.7' }],
    startTime: '2014-10-17T02:46:00Z',
    containerStatuses: [
      {
        name: 'main',
        image: 'busybox',
        imageID: '',
        containerID: 'process://main',
        state: { running: { startedAt: '2014-10-17T02:46:02Z' } },
        lastState: {},
        ready: true,
        started: true,
        restartCount: 0,
      },
    ],
  })
  it.pass(3)
  assert.equal(it.exit('main', 0), ['release'])
  assert.is(it.task, 'TASK_FINISHED')
  assert.is(it.message, undefined)
  assert.is(it.status.phase, 'Succeeded')
  assert.equal(it.container('main')?.state, {
    terminated: {
      exitCode: 0,
      reason: 'Completed',
      startedAt: '2014-10-17T02:46:02Z',
      finishedAt: '2014-10-17T02:46:05Z',
      containerID: 'process://main',
    },
  })
  assert.equal(it.condition('Ready'), {
    type: 'Ready',
    status: 'False',
    lastTransitionTime: '2014-10-17T02:46:05Z',
    reason: 'PodCompleted',
  })
  assert.not.ok(it.waits)
})

test('a failed container fails its pod with what is known of the reason', () => {
  const it = running({ restartPolicy: 'Never' })
  it.step({
    type: 'exited',
    container: 'main',
    exit: { exitCode: 127, reason: 'StartError', message: 'cannot execute "x": not found' },
  })
  assert.is(it.task, 'TASK_FAILED')
  assert.is(it.message, 'container "main" exited with code 127: cannot execute "x": not found')
  assert.is(it.status.message, it.message)
  assert.is(it.container('main')?.state?.terminated?.reason, 'StartError')
  const killed = running({ restartPolicy: 'Never' })
  killed.step({ type: 'exited', container: 'main', exit: { exitCode: 137, signal: 9 } })
  assert.is(killed.message, 'container "main" was killed by signal 9')
  assert.is(killed.container('main')?.state?.terminated?.signal, 9)
})

test('a pod ends when its last container has, and fails when any has failed', () => {
  const it = pod(named('a', 'b'), { restartPolicy: 'Never' })
  assert.equal(it.step({ type: 'time' }), ['start a 0', 'start b 0'])
  it.started('a')
  assert.is(it.task, 'TASK_STARTING')
  assert.equal(it.exit('a', 2), [])
  it.started('b')
  assert.is(it.task, 'TASK_RUNNING')
  assert.is(it.condition('Ready')?.message, 'containers with unready status: [a]')
  assert.equal(it.exit('b', 0), ['release'])
  assert.is(it.task, 'TASK_FAILED')
  assert.is(it.message, 'container "a" exited with code 2')
})

test('a container that crashes in a loop comes back at once, then ever later up to 5 minutes', () => {
  const it = running()
  assert.equal(it.exit('main', 1), ['start main 1'])
  it.started('main')
  const delays = [10, 20, 40, 80, 160, 300, 300]
  delays.forEach((delay, index) => {
    it.pass(1)
    assert.equal(it.exit('main', 1), [])
    assert.is(it.task, 'TASK_RUNNING')
    assert.is(it.status.phase, 'Running')
    assert.is(it.condition('Ready')?.status, 'False')
    assert.equal(it.container('main')?.state?.waiting, {
      reason: 'CrashLoopBackOff',
      message: `back-off ${delay}s restarting failed container=main pod=pod-u-1_default(u-1)`,
    })
    assert.is(it.container('main')?.lastState?.terminated?.exitCode, 1)
    assert.is(it.container('main')?.restartCount, index + 1)
    assert.equal(it.wake(), [delay, `start main ${index + 2}`])
    it.started('main')
    assert.is(it.container('main')?.restartCount, index + 2)
    assert.is(it.condition('Ready')?.status, 'True')
  })
})

test('a container that ran for 10 minutes starts anew with the back-off', () => {
  const it = running()
  it.exit('main', 1)
  it.started('main')
  it.exit('main', 1)
  assert.equal(it.wake(), [10, 'start main 2'])
  it.started('main')
  it.pass(600)
  assert.equal(it.exit('main', 1), ['start main 3'])
  it.started('main')
  it.pass(599)
  it.exit('main', 1)
  assert.equal(it.wake(), [10, 'start main 4'])
})

test('the restart policy decides', () => {
  const restarted = (restartPolicy: string, code: number) =>
    running({ restartPolicy }).exit('main', code).includes('start main 1')
  assert.equal(
    ['Always', 'OnFailure', 'Never'].map(policy => [restarted(policy, 0), restarted(policy, 1)]),
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  )
})

test('init containers run one after the other, before all others', () => {
  const it = pod(named('main', 'side'), { initContainers: named('first', 'second') })
  assert.equal(it.step({ type: 'time' }), ['start first 0'])
  it.started('first')
  assert.is(it.task, 'TASK_STARTING')
  assert.equal(it.container('main')?.state, { waiting: { reason: 'PodInitializing' } })
  it.pass(1)
  assert.equal(it.exit('first', 1), ['start first 1'])
  it.started('first')
  assert.equal(it.exit('first', 0), ['start second 0'])
  assert.is(it.container('first')?.ready, true)
  assert.is(it.container('first')?.restartCount, 1)
  assert.is(it.condition('Initialized')?.message, 'containers with incomplete status: [second]')
  it.started('second')
  it.pass(1)
  assert.equal(it.exit('second', 0), ['start main 0', 'start side 0'])
  assert.equal(it.condition('Initialized'), {
    type: 'Initialized',
    status: 'True',
    lastTransitionTime: '2014-10-17T02:46:02Z',
  })
  it.started('main')
  it.started('side')
  assert.is(it.task, 'TASK_RUNNING')
})

test('an init container that fails for good fails its pod; nothing else has run', () => {
  const it = pod(named('main'), { initContainers: named('first'), restartPolicy: 'Never' })
  it.step({ type: 'time' })
  it.started('first')
  assert.equal(it.exit('first', 4), ['release'])
  assert.is(it.task, 'TASK_FAILED')
  assert.is(it.status.phase, 'Failed')
  assert.is(it.message, 'init container "first" exited with code 4')
  assert.ok(it.container('main')?.state?.waiting)
})

test('a start that fails is tried again, later and later', () => {
  const it = one()
  it.step({ type: 'time' })
  const reason = 'CreateContainerConfigError'
  const message = 'give the pod a command'
  for (const delay of [10, 20, 40, 80, 160, 300, 300]) {
    assert.equal(it.step({ type: 'startFailed', container: 'main', reason, message }), [])
    assert.is(it.task, 'TASK_STARTING')
    assert.is(it.status.phase, 'Pending')
    assert.equal(it.container('main')?.state, { waiting: { reason, message } })
    assert.equal(it.wake(), [delay, 'start main 0'])
  }
  it.started('main')
  assert.is(it.task, 'TASK_RUNNING')
})

test('what keeps a container from starting leaves the others running, and the pod pending', () => {
  const it = pod(named('a', 'b'), { restartPolicy: 'Never' })
  it.step({ type: 'time' })
  it.started('a')
  it.step({ type: 'startFailed', container: 'b', reason: 'CreateContainerError', message: 'no' })
  assert.is(it.status.phase, 'Pending')
  assert.is(it.task, 'TASK_STARTING')
  assert.equal(it.step({ type: 'kill' }), ['SIGTERM a'])
  assert.equal(it.exit('a', 0), ['release'])
  assert.is(it.task, 'TASK_KILLED')
})

test('a kill is SIGTERM, and SIGKILL when the grace is over', () => {
  const it = running({ terminationGracePeriodSeconds: 7 })
  assert.equal(it.step({ type: 'kill' }), ['SIGTERM main'])
  assert.is(it.task, 'TASK_KILLING')
  assert.is(it.status.phase, 'Running')
  assert.equal(it.wake(), [7, 'SIGKILL main'])
  assert.not.ok(it.waits)
  assert.equal(it.exit('main', 137), ['release'])
  assert.is(it.task, 'TASK_KILLED')
  assert.is(it.status.phase, 'Failed')
})

test('a kill: the grace given counts, 30 s without any; restarts end', () => {
  const given = running({ terminationGracePeriodSeconds: 7 })
  given.step({ type: 'kill', grace: 3000 })
  assert.equal(given.wake(), [3, 'SIGKILL main'])
  const otherwise = running()
  otherwise.step({ type: 'kill' })
  assert.equal(otherwise.exit('main', 0), ['release'])
  assert.is(otherwise.task, 'TASK_KILLED')
  assert.is(otherwise.status.phase, 'Succeeded')
  const none = running()
  assert.equal(none.step({ type: 'kill', grace: 0 }), ['SIGKILL main'])
  assert.not.ok(none.waits)
})

test('a second kill may only shorten the grace', () => {
  const it = running()
  it.step({ type: 'kill', grace: 20_000 })
  it.pass(2)
  assert.equal(it.step({ type: 'kill', grace: 60_000 }), [])
  assert.equal(it.step({ type: 'kill', grace: 5000 }), [])
  assert.equal(it.wake(), [5, 'SIGKILL main'])
})

test('a kill waits for a container that is just being started', () => {
  const it = pod(named('a', 'b'))
  it.step({ type: 'time' })
  it.started('a')
  assert.equal(it.step({ type: 'kill', grace: 5000 }), ['SIGTERM a'])
  assert.equal(it.exit('a', 0), [])
  assert.is(it.task, 'TASK_KILLING')
  assert.equal(it.started('b'), ['SIGTERM b'])
  assert.equal(it.exit('b', 0), ['release'])
  assert.is(it.task, 'TASK_KILLED')
  const late = one()
  late.step({ type: 'time' })
  late.step({ type: 'kill', grace: 5000 })
  late.pass(6)
  assert.not.ok(late.waits)
  assert.equal(late.started('main'), ['SIGKILL main'])
})

test('a pod that is killed before it began, or between two runs, is over at once', () => {
  const early = one()
  assert.equal(early.step({ type: 'kill' }), ['release'])
  assert.is(early.task, 'TASK_KILLED')
  assert.equal(early.step({ type: 'time' }), [])
  const between = running()
  between.exit('main', 1)
  between.started('main')
  between.exit('main', 5)
  assert.equal(between.step({ type: 'kill' }), ['release'])
  assert.is(between.container('main')?.state?.terminated?.exitCode, 5)
})

test('the active deadline fails a pod, with its grace', () => {
  const it = running({ activeDeadlineSeconds: 60, terminationGracePeriodSeconds: 2 })
  assert.equal(it.wake(), [60, 'SIGTERM main'])
  assert.is(it.task, 'TASK_RUNNING')
  assert.equal(it.wake(), [2, 'SIGKILL main'])
  it.exit('main', 137)
  assert.is(it.task, 'TASK_FAILED')
  assert.is(it.status.reason, 'DeadlineExceeded')
  assert.match(it.message ?? '', 'longer than the specified deadline')
})

test.run()
