import { isDeepStrictEqual } from 'node:util'
import { map, type Observable, Subject } from 'rxjs'
import { annotation } from '../../api/annotations.ts'
import { Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { type Ref, refOf } from '../../api/resource.ts'
import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import type { FailedStarts } from '../executors/index.ts'
import { after, type Context, type Controller, done, keyed, type Result } from '../runtime/index.ts'
import { executorOf, failedLaunch, launchDeadline } from './failed-launch.ts'
import { isAway, isOver, judge, startedIn, type Verdict } from './judge.ts'
import { Ledger } from './ledger.ts'
import type { Session, TaskFeed } from './mesos.ts'
import { reconciliation } from './reconciliation.ts'
import { tellStory } from './story.ts'

export interface Tasks<S extends Session> {
  readonly controllers: readonly Controller[]
  /** The session in which launches may be made. */
  readonly ready$: Observable<S>
  /** The tasks that were killed because no pod owns them; a repeated KILL counts again. */
  readonly orphans$: Observable<string>
}

/** A KILL may be lost with its agent or its master: it is repeated after this time, milliseconds. */
const killAgain = 10_000

/** When the cache has not seen what the API has: its event brings the task up again, or this time, milliseconds. */
const cacheBehind = 1_000

/** An executor that leaves a KILL without an answer for this long, milliseconds, hangs. */
const unheeded = 30_000

/** How long it is between two looks whether an agent has told of its executor, milliseconds. */
const lookAgain = 100

export interface TasksOptions {
  readonly starts: FailedStarts
  /** A task that stays in TASK_STAGING for longer is killed, and its pod placed anew. Milliseconds; 0: never. */
  readonly launchTimeout: number
}

const refOfTask = (taskId: string): Ref => ({ namespace: '', name: taskId })

const taskIdsOf = (pod: Pod): string[] => {
  const taskId = pod.metadata.annotations?.[annotation.taskId]
  return taskId === undefined ? [] : [taskId]
}

/**
 * Keeps pods and their Mesos tasks in step: what Mesos says of a task goes into the pod's status, of which this is
 * the only writer; a pod that is to go has its task killed, and goes when that is over.
 */
export const tasks = <S extends Session>(
  feed: Omit<TaskFeed, 'session$'> & { readonly session$: Observable<S> },
  initial: S,
  { starts, launchTimeout }: TasksOptions,
): Tasks<S> => {
  const ledger = new Ledger()
  /** When tasks were first killed because their executor did not take them in time. */
  const overdue = new Map<string, number>()
  const orphans$ = new Subject<string>()

  const kill = async (
    cx: Context,
    taskId: string,
    task: TaskStatus | undefined,
    pod?: Pod,
  ): Promise<Result> => {
    const grace = pod?.metadata.deletionGracePeriodSeconds
    // Mesos answers a KILL with the task's state, which brings us here again.
    const wait = ledger.killedAt(taskId, grace) + killAgain - cx.clock.now()
    if (wait > 0) return after(wait)
    if (!pod) {
      cx.log.warn('a task that no pod owns is killed', { task: taskId, state: task?.state })
      orphans$.next(taskId)
    }
    cx.log.verbose(2, 'task is killed', { task: taskId, grace })
    const agentId = task?.agent_id?.value ?? pod?.metadata.annotations?.[annotation.agentId]
    await feed.kill(taskId, agentId, grace)
    ledger.killed(taskId, grace, cx.clock.now())
    return after(killAgain)
  }

  const act = async (
    cx: Context,
    pod: Pod,
    taskId: string,
    task: TaskStatus,
    verdict: Verdict,
  ): Promise<Result> => {
    switch (verdict.do) {
      case 'report':
        await report(cx, pod, verdict.status)
        if (task.state === 'TASK_STAGING') return awaitStart(cx, pod, taskId, task)
        return Number.isFinite(verdict.again) ? after(Math.max(1_000, verdict.again - cx.clock.now())) : done
      case 'remove':
        cx.log.verbose(2, 'pod is removed', { state: task.state })
        await cx.delete(Pod, pod, { gracePeriodSeconds: 0 })
        return done
      case 'unbind':
        return unbind(cx, pod, verdict)
      case 'kill':
        return kill(cx, taskId, task, pod)
    }
  }

  /**
   * Kills a task that no executor has taken in its time. Mesos has to say in this session that it is so: an executor
   * may have taken it while nobody listened.
   */
  const awaitStart = async (cx: Context, pod: Pod, taskId: string, task: TaskStatus): Promise<Result> => {
    const deadline = launchDeadline(pod, launchTimeout)
    if (deadline === undefined) return done
    const left = deadline - cx.clock.now()
    if (left > 0) return after(left)
    if (!heard(taskId)) return after(killAgain)
    const since = overdue.get(taskId)
    if (since === undefined) {
      overdue.set(taskId, cx.clock.now())
      const message = `not started within ${launchTimeout / 1_000} s; its task is killed`
      cx.event(pod, 'Warning', 'LaunchTimeout', message)
    } else if (cx.clock.now() - since >= unheeded && !isInUse(cx, pod)) {
      const { executorId, agentId } = executorOf(pod)
      cx.log.warn('an executor that hangs is ended', { executor: executorId, agent: agentId })
      await feed.shutdown(executorId, agentId)
    }
    return kill(cx, taskId, task, pod)
  }

  const decide = async (cx: Context, pod: Pod, taskId: string, task: TaskStatus): Promise<Result> => {
    const launch = failedLaunch(pod, task, overdue.has(taskId), launchTimeout)
    const end = launch && starts.explain(task, executorOf(pod))
    if (launch && end === undefined) return after(lookAgain)
    const message = [launch?.advice, end].filter(Boolean).join('; ')
    const cause = launch && { ...launch, message }
    return act(cx, pod, taskId, task, judge(pod, task, cx.clock.now(), ledger.since(taskId), cause))
  }

  const handle = async (cx: Context, taskId: string, task: TaskStatus): Promise<Result> => {
    const [pod] = cx.list(Pod, { index: { name: 'task', value: taskId } })
    if (pod) return decide(cx, pod, taskId, task)
    // One that is away is killed when it comes back, which Mesos tells.
    if (isOver(task.state) || isAway(task.state)) return done
    // The cache may be behind the binding. Nothing is killed on its word alone.
    const { items } = await cx.client.list(Pod)
    if (items.some(({ metadata }) => metadata.annotations?.[annotation.taskId] === taskId))
      return after(cacheBehind)
    return kill(cx, taskId, task)
  }

  /** Of a task that Mesos has not spoken of there is nothing to do, unless its pod is to go. */
  const isKnown =
    ({ metadata }: Pod) =>
    (taskId: string): boolean =>
      metadata.deletionTimestamp !== undefined || ledger.get(taskId) !== undefined

  const reconcileTask = async (taskId: string, cx: Context): Promise<Result> => {
    const task = ledger.get(taskId)
    if (!task) {
      const [pod] = cx.list(Pod, { index: { name: 'task', value: taskId } })
      // Mesos answers a KILL even for a task that it does not know.
      return pod?.metadata.deletionTimestamp ? kill(cx, taskId, undefined, pod) : done
    }
    const result = await handle(cx, taskId, task)
    for (const update of ledger.settle(taskId, task)) await feed.acknowledge(update)
    if (isOver(task.state) && result === done && ledger.get(taskId) === task) {
      ledger.forget(taskId)
      starts.forget(taskId)
      overdue.delete(taskId)
    }
    return result
  }

  const { controller, ready$, heard } = reconciliation(feed, ledger, initial, launchTimeout)
  const updates$ = feed.updates$.pipe(
    map(update => {
      ledger.record(update)
      const { task_id, source, agent_id, executor_id } = update.status
      if (source === 'SOURCE_EXECUTOR' && agent_id && executor_id) {
        starts.works({ agentId: agent_id.value, executorId: executor_id.value })
      }
      return refOfTask(task_id.value)
    }),
  )
  return {
    ready$,
    orphans$: orphans$.asObservable(),
    controllers: [
      controller,
      keyed('tasks', { concurrency: 256 })
        .index(Pod, 'task', taskIdsOf)
        .watches(Pod, pod => taskIdsOf(pod).filter(isKnown(pod)).map(refOfTask))
        .on(updates$)
        .reconcile((ref, cx) => reconcileTask(ref.name, cx)),
    ],
  }
}

/** Whether a pod has been started by the executor that this one waits for. */
const isInUse = (cx: Context, pod: Pod): boolean => {
  const { executorId, agentId } = executorOf(pod)
  return cx.list(Pod).some(other => {
    const its = executorOf(other)
    return startedIn(other) && !isTerminal(other) && its.executorId === executorId && its.agentId === agentId
  })
}

const report = async (cx: Context, pod: Pod, status: NonNullable<Pod['status']>): Promise<void> => {
  if (isDeepStrictEqual(pod.status, status)) return
  await cx.updateStatus(Pod, { ...pod, status })
  tellStory(cx, pod, status)
  const { phase, reason } = status
  if (phase === pod.status?.phase) return
  cx.log.verbose(2, 'pod has come to a phase', { pod: pod.metadata.name, phase, reason })
}

/** Takes the pod from its agent, so that the binder places it anew. */
const unbind = async (
  cx: Context,
  pod: Pod,
  { at, reason, message, status }: Verdict & { do: 'unbind' },
): Promise<Result> => {
  await report(cx, pod, status)
  const wait = at - cx.clock.now()
  if (wait > 0) return after(wait)
  const { uid } = pod.metadata
  await cx.client.unbind(refOf(pod), { uid })
  cx.see(Pod, await cx.client.get(Pod, refOf(pod)))
  cx.event(pod, 'Warning', reason, `${message}; the pod is placed anew`)
  cx.log.verbose(2, 'pod unbound', { pod: pod.metadata.name, reason, why: message })
  return done
}
