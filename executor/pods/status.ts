import type {
  ContainerState as ContainerStateV1,
  ContainerStatus,
  PodCondition,
  PodStatus,
} from 'kubernetes-types/core/v1'
import type { TaskState } from '../../mesos/protocol/messages.gen.ts'
import { type ContainerState, type Ended, type PodState, regular, succeeded } from './state.ts'
import { failureOf } from './step.ts'

/** The pod's state as Mesos has it. Only a KILL makes a pod KILLING and KILLED. */
export const taskStateOf = (state: PodState): TaskState => {
  const killed = state.ending?.by === 'kill'
  switch (state.phase) {
    case 'starting':
      return 'TASK_STARTING'
    case 'running':
      return 'TASK_RUNNING'
    case 'terminating':
      if (killed) return 'TASK_KILLING'
      return regular(state).every(({ begun }) => begun) ? 'TASK_RUNNING' : 'TASK_STARTING'
    case 'terminated':
      if (killed) return 'TASK_KILLED'
      return phaseOf(state) === 'Succeeded' ? 'TASK_FINISHED' : 'TASK_FAILED'
  }
}

/** Why the pod ends, in one line for a person; undefined when there is nothing to say. */
export const messageOf = (state: PodState): string | undefined => {
  if (state.ending) return state.ending.message
  if (state.phase !== 'terminated') return undefined
  const failed = regular(state).filter(container => !succeeded(container))
  return failed.length > 0 ? failed.map(failureOf).join('; ') : undefined
}

/** `status` of the v1 Pod, as the kubelet would write it. The process runtime's pods share their host's address. */
export const podStatus = (state: PodState, hostIP: string): PodStatus => {
  const phase = phaseOf(state)
  const inits = state.containers.filter(({ init }) => init)
  const failed = phase === 'Failed'
  const { generation } = state.pod.metadata
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    conditions: conditionsOf(state, phase),
    ...(failed && state.ending?.reason ? { reason: state.ending.reason } : {}),
    ...(failed && messageOf(state) ? { message: messageOf(state) } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP: hostIP,
    podIPs: [{ ip: hostIP }],
    startTime: time(state.startTime),
    ...(inits.length > 0 ? { initContainerStatuses: inits.map(containerStatus) } : {}),
    containerStatuses: regular(state).map(containerStatus),
  }
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

const phaseOf = (state: PodState): Phase => {
  if (state.phase === 'terminated') {
    return state.ending?.by !== 'failure' && regular(state).every(succeeded) ? 'Succeeded' : 'Failed'
  }
  return regular(state).every(({ begun }) => begun) ? 'Running' : 'Pending'
}

const conditionsOf = ({ initialized, ready, containers }: PodState, phase: Phase): PodCondition[] => {
  const names = (of: readonly ContainerState[]) => of.map(({ spec }) => spec.name).join(' ')
  const incomplete = containers.filter(container => container.init && !succeeded(container))
  const unready = containers.filter(container => !container.init && container.phase.is !== 'running')
  const why =
    phase === 'Succeeded'
      ? { reason: 'PodCompleted' }
      : {
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${names(unready)}]`,
        }
  return [
    condition('Initialized', initialized, {
      reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: [${names(incomplete)}]`,
    }),
    condition('ContainersReady', ready, why),
    condition('Ready', ready, why),
  ]
}

const condition = (
  type: string,
  { value, since }: PodState['ready'],
  whyNot: { reason: string; message?: string },
): PodCondition => ({
  type,
  status: value ? 'True' : 'False',
  lastTransitionTime: time(since),
  ...(value ? {} : whyNot),
})

const containerStatus = (container: ContainerState): ContainerStatus => {
  const { spec, init, phase, last, restarts } = container
  const running = phase.is === 'running'
  const id = phase.is === 'running' ? phase.id : phase.is === 'ended' ? phase.ended.id : last?.id
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: '',
    ...(id ? { containerID: id } : {}),
    state: stateOf(phase),
    lastState: last ? { terminated: terminated(last) } : {},
    ready: init ? succeeded(container) : running,
    started: running,
    restartCount: restarts,
  }
}

const stateOf = (phase: ContainerState['phase']): ContainerStateV1 => {
  switch (phase.is) {
    case 'waiting':
      return {
        waiting: { reason: phase.reason, ...(phase.message ? { message: phase.message } : {}) },
      }
    case 'creating':
      return { waiting: { reason: 'ContainerCreating' } }
    case 'running':
      return { running: { startedAt: time(phase.startedAt) } }
    case 'ended':
      return { terminated: terminated(phase.ended) }
  }
}

const terminated = (ended: Ended): NonNullable<ContainerStateV1['terminated']> => ({
  exitCode: ended.exitCode,
  ...(ended.signal === undefined ? {} : { signal: ended.signal }),
  reason: ended.reason ?? (ended.exitCode === 0 ? 'Completed' : 'Error'),
  ...(ended.message ? { message: ended.message } : {}),
  startedAt: time(ended.startedAt),
  finishedAt: time(ended.finishedAt),
  containerID: ended.id,
})

/** Kubernetes' times have whole seconds. */
const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
