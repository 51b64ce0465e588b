import type { Container, Probe, Volume } from 'kubernetes-types/core/v1'
import { canonicalQuantity } from '../../quantity.ts'
import type { Pod } from '../pod.ts'

type PodSpec = Pod['spec']
type Quantities = Record<string, string>

/** What holds for every pod spec, also in a template. In place. */
export const defaultPodSpec = (spec: PodSpec): void => {
  spec.containers ??= []
  spec.restartPolicy ??= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ??= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ??= 'default-scheduler'
  // The older name of the same field; both are always told.
  const account = spec.serviceAccountName ?? spec.serviceAccount
  if (account !== undefined) {
    spec.serviceAccountName = account
    spec.serviceAccount = account
  }
  spec.volumes?.forEach(defaultVolume)
  spec.ephemeralContainers?.forEach(defaultContainer)
  for (const container of containersOf(spec)) {
    defaultContainer(container)
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort
  }
}

/** What holds for pods beyond that: it is filled in when the pod is made, not in the template. In place. */
export const defaultRunnable = (spec: PodSpec): void => {
  spec.enableServiceLinks ??= true
  for (const { resources } of containersOf(spec)) {
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests }
  }
}

/** What kube-apiserver's admission adds to pods: nobody has asked for it, so nobody owns it. In place. */
export const admitPodSpec = (spec: PodSpec): void => {
  spec.priority ??= 0
  spec.preemptionPolicy ??= 'PreemptLowerPriority'
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) tolerate(spec, key)
}

export const containersOf = ({ initContainers = [], containers = [] }: PodSpec): readonly Container[] =>
  initContainers.length > 0 ? [...initContainers, ...containers] : containers

/** A pod stays on a node that is out of reach for so many seconds, unless its spec says otherwise. */
const unreachableSeconds = 300

const tolerate = (spec: PodSpec, key: string): void => {
  const covered = spec.tolerations?.some(
    each => (!each.key || each.key === key) && (!each.effect || each.effect === 'NoExecute'),
  )
  if (covered) return
  spec.tolerations = [
    ...(spec.tolerations ?? []),
    { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: unreachableSeconds },
  ]
}

const defaultContainer = (container: Container): void => {
  container.resources ??= {}
  canonical(container.resources.limits)
  canonical(container.resources.requests)
  container.terminationMessagePath ??= '/dev/termination-log'
  container.terminationMessagePolicy ??= 'File'
  container.imagePullPolicy ??= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent'
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1'
  }
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  for (const probe of [livenessProbe, readinessProbe, startupProbe]) if (probe) defaultProbe(probe)
  for (const handler of [lifecycle?.postStart, lifecycle?.preStop]) if (handler) defaultHandler(handler)
}

const defaultProbe = (probe: Probe): void => {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  defaultHandler(probe)
}

const defaultHandler = ({ httpGet }: Pick<Probe, 'httpGet'>): void => {
  if (!httpGet) return
  httpGet.path ||= '/'
  httpGet.scheme ||= 'HTTP'
}

const defaultVolume = (volume: Volume): void => {
  if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
  if (volume.hostPath) volume.hostPath.type ??= ''
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source) source.defaultMode ??= 0o644
  }
}

const canonical = (quantities: Quantities | undefined): void => {
  for (const name in quantities) quantities[name] = canonicalQuantity(String(quantities[name]))
}

/** No tag and no digest mean `latest`; a colon before a slash belongs to the registry's port. */
const isLatest = (image: string): boolean => {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}
