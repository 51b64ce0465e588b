import type { LifecycleHandler, Probe } from 'kubernetes-types/core/v1'
import { canonicalQuantity } from '../../quantity.ts'
import { defaultVolume } from './default-volume.ts'
import { pullPolicyOf } from './images.ts'
import { defaultPodResources } from './pod-resources.ts'
import type { Container, EnvVarSource, PodSpec } from './types.ts'

type Quantities = Record<string, string>

/** What holds for every pod spec, also in a template. In place. */
export const defaultPodSpec = (spec: PodSpec): void => {
  spec.containers ??= []
  spec.restartPolicy ||= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ||= 'default-scheduler'
  // The older name of the same field; both are always told.
  const account = spec.serviceAccountName || spec.serviceAccount
  if (account) {
    spec.serviceAccountName = account
    spec.serviceAccount = account
  }
  spec.volumes?.forEach(defaultVolume)
  canonical(spec.overhead)
  canonical(spec.resources?.limits)
  canonical(spec.resources?.requests)
  containersOf(spec).forEach(defaultContainer)
  spec.ephemeralContainers?.forEach(defaultContainer)
}

/** What holds for pods beyond that: it is filled in when the pod is made, not in the template. In place. */
export const defaultRunnable = (spec: PodSpec): void => {
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1
  spec.enableServiceLinks ??= true
  for (const { resources } of containersOf(spec)) {
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests }
  }
  defaultPodResources(spec)
  if (!spec.hostNetwork) return
  for (const { ports } of containersOf(spec)) {
    for (const port of ports ?? []) port.hostPort ||= port.containerPort
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
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  container.imagePullPolicy ||= pullPolicyOf(container.image ?? '')
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const { valueFrom } of container.env ?? []) if (valueFrom) defaultSource(valueFrom)
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  for (const probe of [livenessProbe, readinessProbe, startupProbe]) if (probe) defaultProbe(probe)
  for (const handler of [lifecycle?.postStart, lifecycle?.preStop]) if (handler) defaultHandler(handler)
}

const defaultSource = ({ fieldRef, resourceFieldRef, fileKeyRef }: EnvVarSource): void => {
  if (fieldRef) fieldRef.apiVersion ||= 'v1'
  if (resourceFieldRef) resourceFieldRef.divisor ??= '0'
  if (fileKeyRef) fileKeyRef.optional ??= false
}

const defaultProbe = (probe: Probe): void => {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.grpc) probe.grpc.service ??= ''
  defaultHandler(probe)
}

const defaultHandler = ({ httpGet }: Pick<LifecycleHandler, 'httpGet'>): void => {
  if (!httpGet) return
  httpGet.path ||= '/'
  httpGet.scheme ||= 'HTTP'
}

const canonical = (quantities: Quantities | undefined): void => {
  for (const name in quantities) quantities[name] = canonicalQuantity(String(quantities[name]))
}
