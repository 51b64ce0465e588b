import type { PodStatus } from 'kubernetes-types/core/v1'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotation } from '../../../api/annotations.ts'
import type { Pod } from '../../../api/kinds/index.ts'
import { isOver, judge as judgeAt } from '../../../controllers/tasks/judge.ts'
import type { TaskState, TaskStatus } from '../../../mesos/protocol/messages.gen.ts'

/** Half a minute after the times of the tasks below. */
const now = 1_030_000
/** The state has been said since the time of the task. */
const judge = (pod: Pod, status: TaskStatus, at = now) => judgeAt(pod, status, at, 1_000_000)

const scheduled = { type: 'PodScheduled', status: 'True' }

const pod = (
  status: PodStatus = { phase: 'Pending' },
  more: { metadata?: Partial<Pod['metadata']>; restartPolicy?: 'Always' | 'OnFailure' | 'Never' } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2014-10-17T02:46:00Z',
    ...more.metadata,
  },
  spec: {
    nodeName: 'agent1.local',
    restartPolicy: more.restartPolicy ?? 'Always',
    containers: [{ name: 'c' }],
  },
  status: { conditions: [scheduled], ...status },
})

const running: PodStatus = {
  phase: 'Running',
  startTime: '2014-10-17T02:46:01Z',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [
    {
      name: 'c',
      image: 'i',
      imageID: '',
      ready: true,
      restartCount: 1,
      state: { running: { startedAt: '2014-10-17T02:46:01Z' } },
    },
  ],
}

const task = (state: TaskState, more: Partial<TaskStatus> = {}): TaskStatus => ({
  task_id: { value: 'u.0' },
  state,
  source: 'SOURCE_MASTER',
  timestamp: 1_000,
  ...more,
})

const fromExecutor = (state: TaskState, status?: PodStatus): TaskStatus =>
  task(state, {
    source: 'SOURCE_EXECUTOR',
    data: status && Buffer.from(JSON.stringify(status)).toString('base64'),
  })

const reported = (of: Pod, status: TaskStatus): PodStatus => {
  const verdict = judge(of, status)
  if (verdict.do !== 'report') throw new Error(`not reported but ${verdict.do}`)
  return verdict.status
}

test('what the executor says goes into the status; the scheduler keeps its own condition', () => {
  const status = reported(pod(), fromExecutor('TASK_RUNNING', running))
  assert.is(status.phase, 'Running')
  assert.equal(status.containerStatuses, running.containerStatuses)
  assert.equal(status.conditions, [scheduled, ...(running.conditions ?? [])])
})

test('a reconciliation carries no data, and takes none away', () => {
  const known = pod(running)
  const status = reported(known, task('TASK_RUNNING', { reason: 'REASON_RECONCILIATION' }))
  assert.equal(status, { ...known.status, conditions: running.conditions })
})

test('a task that ends gives the phase', () => {
  assert.is(reported(pod(running), fromExecutor('TASK_FINISHED', { phase: 'Succeeded' })).phase, 'Succeeded')
  const failed = reported(
    pod(running),
    fromExecutor('TASK_FAILED', { phase: 'Failed', reason: 'DeadlineExceeded' }),
  )
  assert.is(failed.phase, 'Failed')
  assert.is(failed.reason, 'DeadlineExceeded')
  const error = reported(pod(), task('TASK_ERROR', { reason: 'REASON_TASK_INVALID', message: 'too much' }))
  assert.equal(
    [error.phase, error.reason, error.message],
    ['Failed', 'TaskError', 'too much (REASON_TASK_INVALID)'],
  )
})

test('a launch that came to nothing is unbound, at first at once, then later and later', () => {
  for (const state of ['TASK_DROPPED', 'TASK_GONE', 'TASK_LOST'] as const) {
    const verdict = judge(pod(), task(state))
    assert.is(verdict.do, 'unbind', state)
    assert.is(verdict.do === 'unbind' && verdict.at, 0)
  }
  const wait = (attempt: string) => {
    const verdict = judge(
      pod({}, { metadata: { annotations: { [annotation.attempt]: attempt } } }),
      task('TASK_DROPPED'),
    )
    return verdict.do === 'unbind' ? verdict.at - 1_000_000 : undefined
  }
  assert.equal(['1', '2', '3', '20'].map(wait), [1_000, 2_000, 4_000, 60_000])
})

const lost = task('TASK_FAILED', {
  source: 'SOURCE_AGENT',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'Executor terminated',
})

test('a pod whose executor is lost runs on by its policy', () => {
  const verdict = judge(pod(running), lost)
  assert.is(verdict.do, 'unbind')
  assert.is(verdict.do === 'unbind' && verdict.reason, 'ExecutorTerminated')
  assert.is(verdict.do === 'unbind' && verdict.at, 1_001_000, 'when the agent has cleared the executor away')
})

test('a pod that has run for long starts over with the pauses between its launches', () => {
  const metadata = { annotations: { [annotation.attempt]: '9' } }
  const at = (startTime: string) => {
    const verdict = judge(pod({ ...running, startTime }, { metadata }), lost)
    return verdict.do === 'unbind' && verdict.at - 1_000_000
  }
  assert.is(at(new Date(1_000_000 - 11 * 60_000).toISOString()), 1_000)
  assert.is(at(new Date(1_000_000 - 9 * 60_000).toISOString()), 60_000)
})

test('so does one that was killed though nobody asked it to go: its executor was shut down', () => {
  assert.is(judge(pod(running), fromExecutor('TASK_KILLED')).do, 'unbind')
})

test('one that a controller replaces, or that runs once, has failed', () => {
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', uid: 'r', controller: true }
  for (const given of [
    pod(running, { restartPolicy: 'Never' }),
    pod(running, { metadata: { ownerReferences: [owner] } }),
  ]) {
    const status = reported(given, lost)
    assert.equal([status.phase, status.reason], ['Failed', 'ExecutorTerminated'])
    const [container] = status.containerStatuses ?? []
    assert.is(container?.ready, false)
    assert.ok(container?.state?.terminated && !container.state.running)
    assert.is(status.conditions?.find(({ type }) => type === 'Ready')?.status, 'False')
  }
})

test('a pod that is to go is killed while its task runs and removed when that is over', () => {
  const leaving = pod(running, { metadata: { deletionTimestamp: '2014-10-17T02:47:00Z' } })
  const lost = 1_000_000 + 5 * 60_000
  assert.equal(judge(leaving, task('TASK_UNREACHABLE'), lost - 1), { do: 'kill' })
  assert.equal(judge(leaving, task('TASK_UNREACHABLE'), lost), { do: 'remove' }, 'as its node goes')
  for (const state of ['TASK_STAGING', 'TASK_RUNNING', 'TASK_KILLING', 'TASK_UNREACHABLE'] as const) {
    assert.equal(judge(leaving, task(state)), { do: 'kill' }, state)
  }
  for (const state of ['TASK_KILLED', 'TASK_FINISHED', 'TASK_FAILED', 'TASK_UNKNOWN', 'TASK_GONE'] as const) {
    assert.equal(judge(leaving, task(state)), { do: 'remove' }, state)
  }
})

test('a pod that is over has its task killed, but not one that is away: that may be for long', () => {
  const failed = pod({ phase: 'Failed', reason: 'NodeLost' })
  assert.equal(judge(failed, task('TASK_RUNNING')), { do: 'kill' })
  for (const state of ['TASK_UNREACHABLE', 'TASK_UNKNOWN'] as const) {
    const verdict = judge(failed, task(state))
    assert.is(verdict.do === 'report' && verdict.again, Number.POSITIVE_INFINITY, state)
    assert.equal(reported(failed, task(state)), failed.status)
  }
})

test('an agent out of reach makes the phase unknown; when it is back, the pod runs', () => {
  const away = reported(pod(running), task('TASK_UNREACHABLE', { message: 'health check timed out' }))
  assert.equal([away.phase, away.reason], ['Unknown', 'NodeLost'])
  const back = reported(pod(away), task('TASK_RUNNING'))
  assert.equal([back.phase, back.reason], ['Running', undefined])
})

test('an agent that stays out of reach is given up, if a controller replaces the pod', () => {
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', uid: 'r', controller: true }
  const away = task('TASK_UNREACHABLE', { unreachable_time: { nanoseconds: 1_000_000 * 1e6 } })
  const phaseAfter = (given: Pod, ms: number) => {
    const verdict = judge(given, away, 1_000_000 + ms)
    return verdict.do === 'report' && verdict.status.phase
  }
  const replaced = pod(running, { metadata: { ownerReferences: [owner] } })
  assert.equal(
    [299_999, 300_000].map(ms => phaseAfter(replaced, ms)),
    ['Unknown', 'Failed'],
  )
  assert.is(phaseAfter(pod(running), 300_000), 'Unknown', 'nobody would replace this one')
})

test('a task that a new master does not know may run: nothing is launched in its place for a while', () => {
  const unknown = task('TASK_UNKNOWN', { reason: 'REASON_RECONCILIATION' })
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', uid: 'r', controller: true }
  const replaced = pod(running, { metadata: { ownerReferences: [owner] } })
  for (const given of [pod(running), replaced]) {
    const status = reported(given, unknown)
    assert.equal([status.phase, status.reason], ['Unknown', 'NodeLost'])
    assert.is(
      status.conditions?.find(({ type }) => type === 'Ready')?.status,
      'False',
      'nothing is sent to it',
    )
  }
  assert.is(reported(pod(), unknown).phase, 'Pending', 'one that may never have been launched')
  const after = (given: Pod) => judge(given, unknown, 1_300_000)
  assert.is(after(pod(running)).do, 'unbind')
  assert.is(after(pod()).do, 'unbind')
  const verdict = after(replaced)
  assert.is(verdict.do === 'report' && verdict.status.phase, 'Failed')
})

test('a task that comes back for a pod that has ended is killed', () => {
  assert.equal(judge(pod({ phase: 'Failed' }), task('TASK_RUNNING')), { do: 'kill' })
})

test('no state is left out', () => {
  const states: TaskState[] = [
    'TASK_STAGING',
    'TASK_STARTING',
    'TASK_RUNNING',
    'TASK_KILLING',
    'TASK_FINISHED',
    'TASK_FAILED',
    'TASK_KILLED',
    'TASK_ERROR',
    'TASK_LOST',
    'TASK_DROPPED',
    'TASK_UNREACHABLE',
    'TASK_GONE',
    'TASK_GONE_BY_OPERATOR',
    'TASK_UNKNOWN',
  ]
  assert.equal(
    states.filter(state => !isOver(state)),
    ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING', 'TASK_UNREACHABLE', 'TASK_UNKNOWN'],
  )
  for (const state of states) assert.ok(judge(pod(running), task(state)).do)
})

test.run()
