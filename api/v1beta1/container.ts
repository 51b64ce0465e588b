import type {
  Container,
  ContainerPort,
  EnvVar,
  ResourceRequirements,
  VolumeMount,
} from 'kubernetes-types/core/v1'
import { milli, parseQuantity, toNumber } from '../quantity.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { fromLifecycle, fromProbe, toLifecycle, toProbe } from './probe.ts'
import { type Remarks, recall, remark } from './remarks.ts'
import type { LegacyContainer, LegacyPort } from './shapes.ts'

const fromPort = (port: LegacyPort): ContainerPort =>
  omitUndefined({
    name: port.name || undefined,
    hostPort: port.hostPort || undefined,
    containerPort: port.containerPort ?? 0,
    protocol: port.protocol || undefined,
    hostIP: port.hostIP || undefined,
  })

const toPort = (port: ContainerPort): LegacyPort => ({
  ...omitEmpty({ name: port.name, hostPort: port.hostPort }),
  containerPort: port.containerPort,
  ...omitEmpty({ protocol: port.protocol, hostIP: port.hostIP }),
})

type LegacyEnv = NonNullable<LegacyContainer['env']>[number]
type LegacyMount = NonNullable<LegacyContainer['volumeMounts']>[number]

const fromEnv = ({ name, key, value }: LegacyEnv): EnvVar =>
  omitUndefined({ name: name || key || '', value: value || undefined })

const toEnv = ({ name, value }: EnvVar): LegacyEnv => ({ name, ...omitEmpty({ key: name, value }) })

const fromMount = ({ name, readOnly, mountPath, path }: LegacyMount): VolumeMount =>
  omitUndefined({ name: name ?? '', readOnly: readOnly || undefined, mountPath: mountPath || path || '' })

const toMount = ({ name, readOnly, mountPath }: VolumeMount): LegacyMount => ({
  name,
  ...omitEmpty({ readOnly, mountPath, path: mountPath }),
})

/** Bytes and thousandths of a core were limits, as v1 takes them: requests follow from limits. */
const fromResources = ({ cpu, memory }: LegacyContainer): ResourceRequirements | undefined =>
  cpu || memory
    ? {
        limits: omitUndefined<Record<string, string>>({
          ...(cpu ? { cpu: `${cpu}m` } : {}),
          ...(memory ? { memory: String(memory) } : {}),
        }),
      }
    : undefined

const resource = (container: Container, name: string): string => {
  const { limits, requests } = container.resources ?? {}
  return limits?.[name] ?? requests?.[name] ?? '0'
}

const policies: Readonly<Record<string, string>> = {
  Always: 'PullAlways',
  Never: 'PullNever',
  IfNotPresent: 'PullIfNotPresent',
}

const fromPolicy = (said: string): string =>
  Object.entries(policies).find(([, legacy]) => legacy === said)?.[0] ?? said

/** What v1 fills in when nothing is said about an image: v1beta1 showed that as "". */
const defaultPolicy = (image: string | undefined): string =>
  /:(?!latest$)[^/]+$|@/.test(image ?? '') ? 'IfNotPresent' : 'Always'

const toPolicy = ({ image, imagePullPolicy }: Container): string =>
  !imagePullPolicy || imagePullPolicy === defaultPolicy(image)
    ? ''
    : (policies[imagePullPolicy] ?? imagePullPolicy)

export const fromContainer = (container: LegacyContainer, remarks: Remarks): Container => {
  const name = container.name ?? ''
  const { livenessProbe, lifecycle, imagePullPolicy } = container
  const v1: Container = omitUndefined({
    name,
    image: container.image,
    command: container.command,
    workingDir: container.workingDir || undefined,
    ports: container.ports?.map(fromPort),
    env: container.env?.map(fromEnv),
    resources: fromResources(container),
    volumeMounts: container.volumeMounts?.map(fromMount),
    livenessProbe: livenessProbe && fromProbe(livenessProbe, `${name}/livenessProbe`, remarks),
    lifecycle: lifecycle && fromLifecycle(lifecycle, `${name}/lifecycle`, remarks),
    terminationMessagePath: container.terminationMessagePath || undefined,
    securityContext: container.privileged ? { privileged: true } : undefined,
    imagePullPolicy: imagePullPolicy ? fromPolicy(imagePullPolicy) : undefined,
  })
  remark(remarks, `${name}/imagePullPolicy`, toPolicy(v1), imagePullPolicy ?? '')
  return v1
}

export const toContainer = (container: Container, remarks: Remarks): LegacyContainer => {
  const { name, livenessProbe, lifecycle, terminationMessagePath } = container
  return {
    name,
    image: container.image ?? '',
    ...omitEmpty({
      // Docker put both together, too.
      command: [...(container.command ?? []), ...(container.args ?? [])],
      workingDir: container.workingDir,
      ports: container.ports?.map(toPort),
      env: container.env?.map(toEnv),
      memory: Math.ceil(toNumber(parseQuantity(resource(container, 'memory')))),
      cpu: milli(parseQuantity(resource(container, 'cpu'))),
      volumeMounts: container.volumeMounts?.map(toMount),
      livenessProbe: livenessProbe && toProbe(livenessProbe, `${name}/livenessProbe`, remarks),
      lifecycle: lifecycle && toLifecycle(lifecycle, `${name}/lifecycle`, remarks),
      terminationMessagePath:
        terminationMessagePath === '/dev/termination-log' ? undefined : terminationMessagePath,
      privileged: container.securityContext?.privileged,
    }),
    imagePullPolicy: recall(remarks, `${name}/imagePullPolicy`, toPolicy(container)),
  }
}
