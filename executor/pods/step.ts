import type { Exit } from '../runtime/runtime.ts'
import { crashesBefore, restartDelay, restarts } from './restart.ts'
import {
  type ContainerState,
  type Ended,
  type Ending,
  isInitialized,
  isReady,
  type PodState,
  regular,
  succeeded,
} from './state.ts'

/** What happens to a pod. `time` says that it begins, or that `wakeAt` has come. */
export type PodInput =
  | { readonly type: 'started'; readonly container: string; readonly id: string }
  /** `reason` in CamelCase, as clients know it. */
  | {
      readonly type: 'startFailed'
      readonly container: string
      readonly reason: string
      readonly message: string
    }
  | { readonly type: 'exited'; readonly container: string; readonly exit: Exit }
  /** Without `grace` the pod's own counts; milliseconds. A later, shorter one holds. */
  | { readonly type: 'kill'; readonly grace?: number; readonly message?: string }
  | { readonly type: 'time' }

export type PodEffect =
  | { readonly do: 'start'; readonly container: string; readonly restart: number }
  | { readonly do: 'signal'; readonly container: string; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly do: 'release' }

interface PodStep {
  readonly state: PodState
  readonly effects: readonly PodEffect[]
}

/** The pod's whole life as a function. The state says what is wanted; what it takes to get there follows from it. */
export const stepPod = (before: PodState, input: PodInput, now: number): PodStep => {
  if (before.phase === 'terminated') return { state: before, effects: [] }
  const { state, effects } = settle(apply(before, input, now), now)
  const flag = (name: 'initialized' | 'ready', value: boolean) =>
    value === before[name].value ? before[name] : { value, since: now }
  return {
    state: {
      ...state,
      initialized: flag('initialized', isInitialized(state)),
      ready: flag('ready', isReady(state)),
    },
    effects,
  }
}

/** When the pod wants a `time` input, if nothing happens before. */
export const wakeAt = (state: PodState): number | undefined => {
  const times = wakeTimes(state).filter(time => time !== undefined)
  return times.length > 0 ? Math.min(...times) : undefined
}

const wakeTimes = (state: PodState): readonly (number | undefined)[] => {
  if (state.phase === 'terminated') return []
  if (state.phase === 'terminating') {
    const spared = state.containers.some(
      ({ phase }) => phase.is === 'running' && phase.signalled !== 'SIGKILL',
    )
    return spared ? [state.killAt] : []
  }
  const tries = state.containers.map(({ phase }) => (phase.is === 'waiting' ? phase.until : undefined))
  return [deadline(state), ...tries]
}

const apply = (state: PodState, input: PodInput, now: number): PodState => {
  switch (input.type) {
    case 'started':
      return update(state, input.container, container => ({
        ...container,
        begun: true,
        phase: { is: 'running', id: input.id, startedAt: now },
      }))
    case 'startFailed':
      return update(state, input.container, container => ({
        ...container,
        crashes: container.crashes + 1,
        phase: {
          is: 'waiting',
          reason: input.reason,
          message: input.message,
          until: now + restartDelay(container.crashes + 1),
        },
      }))
    case 'exited':
      return update(state, input.container, container => exited(state, container, input.exit, now))
    case 'kill': {
      const grace = input.grace ?? (state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
      return terminate(state, { by: 'kill', message: input.message }, now + grace)
    }
    case 'time':
      return state
  }
}

const update = (
  state: PodState,
  name: string,
  change: (container: ContainerState) => ContainerState,
): PodState => ({
  ...state,
  containers: state.containers.map(container =>
    container.spec.name === name ? change(container) : container,
  ),
})

const exited = (state: PodState, container: ContainerState, exit: Exit, now: number): ContainerState => {
  if (container.phase.is !== 'running') return container
  const { id, startedAt } = container.phase
  const ended: Ended = { ...exit, id, startedAt, finishedAt: now }
  const policy = state.pod.spec.restartPolicy ?? 'Always'
  const again = state.phase !== 'terminating' && restarts(policy, container.init, exit.exitCode)
  if (!again) return { ...container, phase: { is: 'ended', ended } }
  const crashes = crashesBefore(container.crashes, now - startedAt)
  const delay = restartDelay(crashes)
  const { name, namespace, uid } = state.pod.metadata
  return {
    ...container,
    crashes: crashes + 1,
    last: ended,
    phase: {
      is: 'waiting',
      reason: 'CrashLoopBackOff',
      message: `back-off ${delay / 1000}s restarting failed container=${container.spec.name} pod=${name}_${namespace}(${uid})`,
      until: now + delay,
    },
  }
}

/** The first reason stays, the shortest grace wins. */
const terminate = (state: PodState, ending: Ending, killAt: number): PodState => ({
  ...state,
  phase: 'terminating',
  ending: state.ending ?? ending,
  killAt: Math.min(killAt, state.killAt ?? Number.POSITIVE_INFINITY),
})

const deadline = (state: PodState): number | undefined => {
  const seconds = state.pod.spec.activeDeadlineSeconds
  return seconds === undefined ? undefined : state.startTime + seconds * 1000
}

/** Does everything that the state allows at this time. */
const settle = (state: PodState, now: number): PodStep => {
  if (state.phase === 'terminating') return bringDown(state, now)
  if (now >= (deadline(state) ?? Number.POSITIVE_INFINITY)) {
    const message = 'Pod was active on the node longer than the specified deadline'
    const grace = (state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    return bringDown(
      terminate(state, { by: 'failure', reason: 'DeadlineExceeded', message }, now + grace),
      now,
    )
  }
  const broken = state.containers.find(
    container => container.init && container.phase.is === 'ended' && !succeeded(container),
  )
  if (broken) return bringDown(terminate(state, { by: 'failure', message: failureOf(broken) }, now), now)
  return bringUp(state, now)
}

const bringUp = (state: PodState, now: number): PodStep => {
  // Init containers one by one; the others, all together, when those are through.
  const inits = state.containers.filter(container => container.init && !succeeded(container))
  const turn = inits.length > 0 ? inits.slice(0, 1) : regular(state)
  const due = new Set(turn.filter(({ phase }) => phase.is === 'waiting' && (phase.until ?? now) <= now))
  const restartOf = ({ last, restarts }: ContainerState) => (last ? restarts + 1 : 0)
  const effects: PodEffect[] = [...due].map(container => ({
    do: 'start',
    container: container.spec.name,
    restart: restartOf(container),
  }))
  const containers = state.containers.map(container =>
    due.has(container)
      ? { ...container, restarts: restartOf(container), phase: { is: 'creating' as const } }
      : container,
  )
  const after = { ...state, containers }
  if (regular(after).every(({ phase }) => phase.is === 'ended')) {
    return { state: { ...after, phase: 'terminated' }, effects: [...effects, { do: 'release' }] }
  }
  const begun = regular(after).every(container => container.begun)
  return { state: { ...after, phase: begun ? 'running' : 'starting' }, effects }
}

const bringDown = (state: PodState, now: number): PodStep => {
  const alive = state.containers.some(({ phase }) => phase.is === 'running' || phase.is === 'creating')
  if (!alive) {
    // What waited to run again never will: its last run was the final one.
    const containers = state.containers.map(container =>
      container.phase.is === 'waiting' && container.last
        ? { ...container, last: undefined, phase: { is: 'ended' as const, ended: container.last } }
        : container,
    )
    return { state: { ...state, containers, phase: 'terminated' }, effects: [{ do: 'release' }] }
  }
  const signal = now >= (state.killAt ?? now) ? 'SIGKILL' : 'SIGTERM'
  const effects: PodEffect[] = []
  const containers = state.containers.map(container => {
    if (container.phase.is !== 'running' || container.phase.signalled === signal) return container
    effects.push({ do: 'signal', container: container.spec.name, signal })
    return { ...container, phase: { ...container.phase, signalled: signal } as const }
  })
  return { state: { ...state, containers }, effects }
}

/** One line about a container that failed. */
export const failureOf = ({ spec, init, phase }: ContainerState): string => {
  const what = `${init ? 'init container' : 'container'} "${spec.name}"`
  if (phase.is !== 'ended') return `${what} did not run`
  const { exitCode, signal, message } = phase.ended
  const how = signal === undefined ? `exited with code ${exitCode}` : `was killed by signal ${signal}`
  return `${what} ${how}${message ? `: ${message}` : ''}`
}
