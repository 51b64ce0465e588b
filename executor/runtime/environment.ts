import type { Container, EnvVar } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'
import { expand } from './expand.ts'
import { CreateContainerConfigError } from './runtime.ts'

export interface Host {
  /** The agent's address: the pods' too, where they share its network. */
  readonly ip: string
  /** The PATH that containers get. */
  readonly path: string
  /** Path of the Node binary that runs this executor: agents need not have one of their own. */
  readonly node: string
}

/**
 * The whole environment of a container, in order. Nothing of the executor's own gets in: it may hold a token.
 * Throws CreateContainerConfigError for values from sources that there are none of here.
 */
export const containerEnvironment = (
  pod: Pod,
  container: Container,
  host: Host,
  home: string,
): ReadonlyMap<string, string> => {
  if (container.envFrom?.length) throw configError(container, 'envFrom is not supported')
  const environment = new Map([
    ['PATH', host.path],
    ['HOME', home],
    ['HOSTNAME', pod.spec.hostname ?? pod.metadata.name],
    ['KUBERNETES_MESOS_NODE', host.node],
    ...portVariables(container),
  ])
  for (const variable of container.env ?? []) {
    environment.set(variable.name, variableValue(variable, pod, container, host, environment))
  }
  return environment
}

/** As Marathon names them: PORT, PORT0, PORT1, ... in the order of the container's ports, and PORT_<containerPort>. */
const portVariables = (container: Container): [string, string][] => {
  const chosen = (container.ports ?? []).flatMap(({ containerPort, hostPort }) =>
    hostPort ? [{ containerPort, hostPort: String(hostPort) }] : [],
  )
  return chosen.flatMap(({ containerPort, hostPort }, index): [string, string][] => [
    ...(index === 0 ? [['PORT', hostPort] as [string, string]] : []),
    [`PORT${index}`, hostPort],
    [`PORT_${containerPort}`, hostPort],
  ])
}

const variableValue = (
  { name, value, valueFrom }: EnvVar,
  pod: Pod,
  container: Container,
  host: Host,
  earlier: ReadonlyMap<string, string>,
): string => {
  if (!valueFrom) return expand(value ?? '', earlier)
  const path = valueFrom.fieldRef?.fieldPath
  const field = path === undefined ? undefined : fieldOf(path, pod, host)
  if (field !== undefined) return field
  const source = path ? `fieldRef ${path}` : (Object.keys(valueFrom)[0] ?? 'an empty valueFrom')
  throw configError(container, `the value of ${name} comes from ${source}, which is not supported`)
}

/** The downward API; undefined for a path that it does not have. */
const fieldOf = (path: string, pod: Pod, host: Host): string | undefined => {
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (entry) return pod.metadata[entry[1] as 'labels' | 'annotations']?.[entry[2] ?? ''] ?? ''
  return fields[path]?.(pod, host)
}

const fields: Readonly<Record<string, (pod: Pod, host: Host) => string>> = {
  'metadata.name': pod => pod.metadata.name,
  'metadata.namespace': pod => pod.metadata.namespace ?? '',
  'metadata.uid': pod => pod.metadata.uid,
  'spec.nodeName': pod => pod.spec.nodeName ?? '',
  'spec.serviceAccountName': pod => pod.spec.serviceAccountName ?? '',
  'status.hostIP': (_, host) => host.ip,
  'status.podIP': (_, host) => host.ip,
}

const configError = (container: Container, what: string): CreateContainerConfigError =>
  new CreateContainerConfigError(`container "${container.name}": ${what}`)
