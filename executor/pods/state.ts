import type { Container } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'
import type { Exit } from '../runtime/runtime.ts'

/** How a run of a container ended. Times are milliseconds since the epoch, here and below. */
export interface Ended extends Exit {
  readonly id: string
  readonly startedAt: number
  readonly finishedAt: number
}

type ContainerPhase =
  /** Starts at `until`, or, without it, when its turn has come. */
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string; readonly until?: number }
  | { readonly is: 'creating' }
  | {
      readonly is: 'running'
      readonly id: string
      readonly startedAt: number
      readonly signalled?: 'SIGTERM' | 'SIGKILL'
    }
  /** For good. */
  | { readonly is: 'ended'; readonly ended: Ended }

export interface ContainerState {
  readonly spec: Container
  readonly init: boolean
  readonly phase: ContainerPhase
  /** The run before this one. */
  readonly last?: Ended
  /** Runs before this one. */
  readonly restarts: number
  /** Ends in a row, for the back-off. */
  readonly crashes: number
  /** Has run, or runs. */
  readonly begun: boolean
}

/** Why a pod is brought to its end. */
export interface Ending {
  readonly by: 'kill' | 'failure'
  readonly reason?: string
  readonly message?: string
}

interface Flag {
  readonly value: boolean
  readonly since: number
}

export interface PodState {
  readonly pod: Pod
  readonly phase: 'starting' | 'running' | 'terminating' | 'terminated'
  readonly startTime: number
  /** The init containers first, each in the order of the spec. */
  readonly containers: readonly ContainerState[]
  readonly ending?: Ending
  /** When containers that still run are killed; set while terminating. */
  readonly killAt?: number
  readonly initialized: Flag
  readonly ready: Flag
}

export const initialPod = (pod: Pod, now: number): PodState => {
  const inits = pod.spec.initContainers ?? []
  const container = (init: boolean) => (spec: Container) => ({
    spec,
    init,
    phase: {
      is: 'waiting' as const,
      reason: inits.length > 0 ? 'PodInitializing' : 'ContainerCreating',
    },
    restarts: 0,
    crashes: 0,
    begun: false,
  })
  return {
    pod,
    phase: 'starting',
    startTime: now,
    containers: [...inits.map(container(true)), ...pod.spec.containers.map(container(false))],
    initialized: { value: inits.length === 0, since: now },
    ready: { value: false, since: now },
  }
}

export const regular = (state: PodState): readonly ContainerState[] =>
  state.containers.filter(({ init }) => !init)

export const succeeded = ({ phase }: ContainerState): boolean =>
  phase.is === 'ended' && phase.ended.exitCode === 0

export const isInitialized = (state: PodState): boolean =>
  state.containers.every(container => !container.init || succeeded(container))

export const isReady = (state: PodState): boolean =>
  regular(state).every(({ phase }) => phase.is === 'running')
