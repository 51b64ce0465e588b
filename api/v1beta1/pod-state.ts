import type { ContainerState, ContainerStatus } from 'kubernetes-types/core/v1'
import { portAnnotation } from '../annotations.ts'
import type { Pod } from '../kinds/pod.ts'
import { noManifest } from './manifest.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import type { LegacyContainerInfo, LegacyPodState } from './shapes.ts'

type PodStatus = NonNullable<Pod['status']>

/** Go's zero time, which docker showed for a thing that has not happened. */
const never = '0001-01-01T00:00:00Z'

const statuses: Readonly<Record<string, string>> = {
  Pending: 'Waiting',
  Running: 'Running',
  Succeeded: 'Terminated',
  Failed: 'Terminated',
  Unknown: 'Unknown',
}

const infoState = ({ running, terminated, waiting }: ContainerState): LegacyContainerInfo['State'] => {
  if (running) return { Running: true, StartedAt: running.startedAt ?? never, FinishedAt: never }
  return {
    Running: false,
    ...(terminated && { ExitCode: terminated.exitCode }),
    ...omitEmpty({ Error: terminated?.message ?? terminated?.reason ?? waiting?.reason }),
    StartedAt: terminated?.startedAt ?? never,
    FinishedAt: terminated?.finishedAt ?? never,
  }
}

const toInfo = (status: ContainerStatus): LegacyContainerInfo => ({
  ...omitEmpty({ Id: status.containerID?.replace(/^\w+:\/\//, '') }),
  Config: { Image: status.image },
  State: infoState(status.state ?? {}),
  Image: status.imageID || status.image,
  restartCount: status.restartCount,
})

/** The container that held the pod's network: clients took the pod's address and ports from it. */
const netInfo = ({ metadata, spec, status }: Pod): LegacyContainerInfo & Record<string, unknown> => {
  const ports = spec.containers.flatMap(container =>
    (container.ports ?? []).flatMap(({ containerPort, hostPort, hostIP, protocol = 'TCP' }) => {
      const chosen = hostPort ?? metadata.annotations?.[portAnnotation(protocol, containerPort)]
      const host = { HostIP: hostIP ?? '0.0.0.0', HostPort: String(chosen) }
      return chosen ? [[`${containerPort}/${protocol.toLowerCase()}`, [host]] as const] : []
    }),
  )
  return {
    State: {
      Running: status?.phase === 'Running',
      StartedAt: status?.startTime ?? never,
      FinishedAt: never,
    },
    NetworkSettings: {
      ...omitEmpty({ IPAddress: status?.podIP }),
      ...omitEmpty({ Ports: Object.fromEntries(ports) }),
    },
  }
}

/** Why the pod is where it is; for a pod that waits that is what the scheduler says. */
const messageOf = ({ status }: Pod): string | undefined =>
  status?.message ??
  status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message

export const toCurrentState = (pod: Pod) => {
  const { spec, status } = pod
  const containers = status?.containerStatuses?.map(each => [each.name, toInfo(each)] as const)
  return {
    manifest: noManifest,
    ...omitEmpty({
      status: status?.phase && (statuses[status.phase] ?? status.phase),
      message: messageOf(pod),
      host: spec.nodeName ?? status?.nominatedNodeName,
      hostIP: status?.hostIP,
      podIP: status?.podIP,
      info: containers?.length ? { net: netInfo(pod), ...Object.fromEntries(containers) } : undefined,
    }),
  }
}

/** "Terminated" did not tell how: the exit codes do, where they are known. */
const phaseOf = ({ status, info = {} }: LegacyPodState): string | undefined => {
  const { net: _, ...containers } = info
  const ends = Object.values(containers)
  if (status === 'Waiting') return 'Pending'
  if (status !== 'Terminated') return status || undefined
  return ends.length > 0 && ends.every(({ State }) => State?.ExitCode === 0) ? 'Succeeded' : 'Failed'
}

const time = (at: string | undefined): string | undefined => (at === never ? undefined : at || undefined)

const fromState = (state: LegacyContainerInfo['State'] = {}): ContainerState => {
  if (state.Running) return { running: omitUndefined({ startedAt: time(state.StartedAt) }) }
  if (state.ExitCode === undefined && !time(state.FinishedAt)) {
    return { waiting: omitUndefined({ reason: state.Error }) }
  }
  return {
    terminated: omitUndefined({
      exitCode: state.ExitCode ?? 0,
      message: state.Error,
      startedAt: time(state.StartedAt),
      finishedAt: time(state.FinishedAt),
    }),
  }
}

const fromInfo = ([name, info]: readonly [string, LegacyContainerInfo]): ContainerStatus =>
  omitUndefined({
    name,
    image: info.Config?.Image ?? info.Image ?? '',
    imageID: info.Image ?? '',
    containerID: info.Id,
    state: fromState(info.State),
    ready: info.State?.Running ?? false,
    restartCount: info.restartCount ?? 0,
  })

/**
 * The status that a v1beta1 client states; servers take their own instead. So the host is but nominated: a pod is put
 * on it by a binding alone, and one that is created from another's text is placed anew.
 */
export const fromCurrentState = (state: LegacyPodState): PodStatus | undefined => {
  const { net, ...containers } = state.info ?? {}
  const status = omitUndefined<PodStatus>({
    phase: phaseOf(state),
    message: state.message || undefined,
    nominatedNodeName: state.host || undefined,
    hostIP: state.hostIP || undefined,
    podIP: state.podIP || undefined,
    startTime: time(net?.State?.StartedAt),
    containerStatuses: state.info && Object.entries(containers).map(fromInfo),
  })
  return Object.keys(status).length > 0 ? status : undefined
}
