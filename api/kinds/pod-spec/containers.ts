import { duplicate, forbiddenField, invalidValue, required } from '../../field-error.ts'
import { dnsLabel } from '../../validation/names.ts'
import { checkEach, checkName, checkOneOf, type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkEnv, checkEnvFrom } from './env.ts'
import { checkLifecycle, checkLivenessProbe, checkReadinessProbe } from './handlers.ts'
import { pullPolicies } from './images.ts'
import { checkDevices, checkMounts, type Volumes } from './mounts.ts'
import { checkHostPorts, checkPorts } from './ports.ts'
import { checkResizePolicy } from './resize-policy.ts'
import { checkContainerResources } from './resources.ts'
import { checkRestarts } from './restarts.ts'
import { checkContainerSecurity } from './security.ts'
import type { Container, PodSpec } from './types.ts'

export const checkContainers = (field: string, spec: PodSpec, volumes: Volumes): Errors => {
  const { containers = [] } = spec
  if (containers.length === 0) return [required(field)]
  const names = new Set<string>()
  return errorsOf(
    checkEach(field, containers, (at, container) =>
      errorsOf(
        checkContainer(at, container, names, spec, volumes),
        checkRunning(at, container, spec),
        checkRestarts(at, container),
      ),
    ),
    checkHostPorts(field, containers),
  )
}

export const checkInitContainers = (field: string, spec: PodSpec, volumes: Volumes): Errors => {
  const { initContainers = [], containers = [] } = spec
  const names = new Set(containers.map(({ name }) => name))
  return checkEach(field, initContainers, (at, container) =>
    errorsOf(
      checkContainer(at, container, names, spec, volumes),
      checkRestarts(at, container),
      // One ends before the next begins. As in kube-apiserver, an error does not say which of them it is.
      checkHostPorts(field, [container]),
      container.restartPolicy === 'Always'
        ? checkRunning(at, container, spec)
        : errorsOf(checkNotRunning(at, container), checkNoRestartToResize(at, container)),
    ),
  )
}

/** What holds for containers of all sorts; `names` are those of the containers before. */
export const checkContainer = (
  field: string,
  container: Container,
  names: Set<string>,
  spec: PodSpec,
  volumes: Volumes,
): Errors => {
  const { name, volumeMounts: mounts, volumeDevices: devices } = container
  const again = names.has(name)
  names.add(name)
  return errorsOf(
    checkName(`${field}.name`, name, dnsLabel),
    again && name && duplicate(`${field}.name`, name),
    !container.image && required(`${field}.image`),
    checkOneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, messagePolicies),
    container.ports && checkPorts(`${field}.ports`, container.ports),
    container.env && checkEach(`${field}.env`, container.env, checkEnv),
    container.envFrom && checkEnvFrom(`${field}.envFrom`, container.envFrom),
    mounts && checkMounts(`${field}.volumeMounts`, mounts, container, volumes),
    devices && checkDevices(`${field}.volumeDevices`, devices, container, volumes),
    checkOneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    container.resources && checkContainerResources(`${field}.resources`, container.resources, spec),
    container.resizePolicy && checkResizePolicy(`${field}.resizePolicy`, container.resizePolicy, spec),
    container.securityContext &&
      checkContainerSecurity(`${field}.securityContext`, container.securityContext, spec),
  )
}

const messagePolicies = ['File', 'FallbackToLogsOnError']

/** What is done with a container while it runs. */
const checkRunning = (field: string, container: Container, spec: PodSpec): Errors => {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container
  return errorsOf(
    lifecycle && checkLifecycle(`${field}.lifecycle`, lifecycle, spec),
    livenessProbe && checkLivenessProbe(`${field}.livenessProbe`, livenessProbe),
    readinessProbe && checkReadinessProbe(`${field}.readinessProbe`, readinessProbe),
    startupProbe && checkLivenessProbe(`${field}.startupProbe`, startupProbe),
  )
}

/** What comes before all else has an end of its own, unless it is to run along. */
const checkNotRunning = (field: string, container: Container): Errors =>
  errorsOf(
    ...runningMembers.map(
      member =>
        container[member] &&
        forbiddenField(
          `${field}.${member}`,
          'may not be set for init containers without restartPolicy=Always',
        ),
    ),
  )

const runningMembers = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const

const checkNoRestartToResize = (field: string, { resizePolicy }: Container): Errors =>
  resizePolicy
    ? checkEach(`${field}.resizePolicy`, resizePolicy, (at, { restartPolicy }) =>
        restartPolicy === 'RestartContainer'
          ? [
              invalidValue(
                `${at}.restartPolicy`,
                restartPolicy,
                "must not be set to 'RestartContainer' for non-sidecar initContainers",
              ),
            ]
          : none,
      )
    : none

/** An update may change a container's image, not how many containers there are. */
export const checkSameCount = (
  field: string,
  now: readonly Container[],
  before: readonly Container[],
): Errors =>
  now.length === before.length
    ? none
    : [forbiddenField(field, 'pod updates may not add or remove containers')]
