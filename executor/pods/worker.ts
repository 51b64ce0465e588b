import type { Container, PodStatus } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'
import type { TaskState } from '../../mesos/protocol/messages.gen.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import {
  type ContainerRuntime,
  CreateContainerConfigError,
  type RunningContainer,
} from '../runtime/runtime.ts'
import { initialPod } from './state.ts'
import { messageOf, podStatus, taskStateOf } from './status.ts'
import { type PodEffect, type PodInput, stepPod, wakeAt } from './step.ts'

interface PodReport {
  readonly state: TaskState
  readonly status: PodStatus
  readonly message?: string
}

export interface PodWorkerOptions {
  readonly runtime: ContainerRuntime
  /** The agent's address. */
  readonly hostIP: string
  readonly clock: Clock
  readonly log: Logger
}

export interface PodWorker {
  /** Ends the pod; `grace` in milliseconds, left out: as the pod has it. */
  kill(grace?: number, message?: string): void
}

/** Runs one pod to its end. `report` hears of its first state at once, then of every change, the last one final. */
export const startPod = (
  pod: Pod,
  report: (report: PodReport) => void,
  { runtime, hostIP, clock, log }: PodWorkerOptions,
): PodWorker => {
  const containers = new Map<string, RunningContainer>()
  let state = initialPod(pod, clock.now())
  let reported = ''
  let cancelTimer = () => {}

  const dispatch = (input: PodInput): void => {
    const step = stepPod(state, input, clock.now())
    state = step.state
    if (input.type !== 'time') log.verbose(2, 'pod event', { event: input.type, phase: state.phase })
    tell()
    cancelTimer()
    const at = wakeAt(state)
    cancelTimer =
      at === undefined
        ? () => {}
        : clock.after(Math.max(0, at - clock.now()), () => dispatch({ type: 'time' }))
    for (const effect of step.effects) perform(effect)
  }

  const tell = (): void => {
    const next = { state: taskStateOf(state), status: podStatus(state, hostIP), message: messageOf(state) }
    const form = JSON.stringify(next)
    if (form === reported) return
    reported = form
    report(next)
  }

  const perform = (effect: PodEffect): void => {
    switch (effect.do) {
      case 'start':
        void start(effect.container, effect.restart)
        break
      case 'signal':
        containers.get(effect.container)?.kill(effect.signal)
        break
      case 'release':
        runtime.release(pod).catch(error => log.warn('what the pod held could not be given back', { error }))
    }
  }

  const start = async (name: string, restart: number): Promise<void> => {
    const spec = state.containers.find(container => container.spec.name === name)?.spec
    if (!spec) throw new Error(`the pod has no container ${name}`)
    let container: RunningContainer
    try {
      refuseSidecar(spec)
      container = await runtime.start(pod, spec, restart)
    } catch (error) {
      log.warn('a container could not be started', { container: name, error })
      const reason =
        error instanceof CreateContainerConfigError ? 'CreateContainerConfigError' : 'CreateContainerError'
      return dispatch({ type: 'startFailed', container: name, reason, message: messageFrom(error) })
    }
    containers.set(name, container)
    dispatch({ type: 'started', container: name, id: container.id })
    const exit = await container.exited
    containers.delete(name)
    dispatch({ type: 'exited', container: name, exit })
  }

  tell()
  // What a caller does with the worker comes before anything that becomes of the pod.
  queueMicrotask(() => dispatch({ type: 'time' }))
  return { kill: (grace, message) => dispatch({ type: 'kill', grace, message }) }
}

/** An init container that never ends would hold up the pod for ever, and nobody would know why. */
const refuseSidecar = ({ name, restartPolicy }: Container): void => {
  if (!restartPolicy) return
  throw new CreateContainerConfigError(
    `init container "${name}" has a restartPolicy of its own, which is not supported: make it one of the pod's containers`,
  )
}

const messageFrom = (error: unknown): string => (error instanceof Error ? error.message : String(error))
