import { randomUUID } from 'node:crypto'
import type { Pod } from '../../api/kinds/pod.ts'
import type { TaskInfo, TaskState, TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { isTerminal } from '../task-state.ts'
import { type PodWorker, type PodWorkerOptions, startPod } from './worker.ts'

export interface Pods {
  /** Starts the pod in the task's `data`. The caller sees to it that no task is launched twice. */
  launch(task: TaskInfo): void
  /** Grace in milliseconds; left out: as the pod has it. */
  kill(taskId: string, grace?: number): void
  /** Kills all, none with more grace than this, milliseconds. */
  killAll(grace: number, message: string): void
}

interface PodsOptions extends PodWorkerOptions {
  readonly executorId: string
  /** Hears every status update, those of one task in order; the last one of each is terminal. */
  readonly report: (status: TaskStatus) => void
}

/** The pods of this executor, one worker each, and their states in Mesos' words. */
export const createPods = ({ executorId, report, ...options }: PodsOptions): Pods => {
  const { clock, log } = options
  const running = new Map<string, { pod: Pod; worker: PodWorker }>()

  const update = (taskId: string, state: TaskState, details: Partial<TaskStatus>): void => {
    if (isTerminal(state)) running.delete(taskId)
    log.info('task update', { task: taskId, state, message: details.message })
    report({
      task_id: { value: taskId },
      state,
      source: 'SOURCE_EXECUTOR',
      executor_id: { value: executorId },
      uuid: uuid(),
      timestamp: clock.now() / 1000,
      ...details,
    })
  }

  return {
    launch(task) {
      const taskId = task.task_id.value
      const pod = podOf(task)
      if (!pod) {
        const message = 'the data of the task is not a pod'
        return update(taskId, 'TASK_ERROR', { reason: 'REASON_TASK_INVALID', message })
      }
      const worker = startPod(
        pod,
        ({ state, status, message }) =>
          update(taskId, state, {
            data: Buffer.from(JSON.stringify(status)).toString('base64'),
            ...(message === undefined ? {} : { message }),
            ...(state === 'TASK_RUNNING' ? { healthy: isReady(status.conditions) } : {}),
          }),
        { ...options, log: log.child({ pod: `${pod.metadata.namespace}/${pod.metadata.name}` }) },
      )
      running.set(taskId, { pod, worker })
    },

    kill(taskId, grace) {
      const entry = running.get(taskId)
      if (!entry) return log.info('asked to kill a task that does not run here', { task: taskId })
      entry.worker.kill(grace)
    },

    killAll(grace, message) {
      for (const { pod, worker } of [...running.values()]) {
        worker.kill(Math.min(grace, (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000), message)
      }
    },
  }
}

/** Undefined when the data is not what our scheduler sends. */
const podOf = ({ data }: TaskInfo): Pod | undefined => {
  try {
    const pod = JSON.parse(Buffer.from(data ?? '', 'base64').toString()) as Partial<Pod>
    return pod.metadata?.uid && pod.spec?.containers?.length ? (pod as Pod) : undefined
  } catch {
    return undefined
  }
}

const isReady = (conditions: readonly { type: string; status: string }[] = []): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True')

/** RFC 4122 as its 16 bytes: an agent refuses any other, and one in a subscription crashes it. */
const uuid = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64')
