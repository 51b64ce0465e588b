import type { LegacyPort, LegacyReplicationController } from '../../api/v1beta1/shapes.ts'
import { Failure } from '../failure.ts'
import type { Flags } from '../flags.ts'
import type { Io } from '../io.ts'
import { namespaceOf } from '../namespace.ts'
import { yaml } from '../print/printer.ts'
import type { Json, Server } from '../server.ts'

const path = (name: string): string => `replicationControllers/${encodeURIComponent(name)}`

export const getController = async (server: Server, name: string, namespace: string) =>
  (await server.send({ method: 'GET', path: path(name), query: { namespace } })) as Json &
    LegacyReplicationController

export const putController = (server: Server, name: string, namespace: string, body: Json): Promise<Json> =>
  server.send({ method: 'PUT', path: path(name), query: { namespace }, body })

const whole = (text: string): number => {
  if (/^[+-]?\d+$/.test(text)) return Number(text)
  throw new Failure(`Error parsing replicas: "${text}" is no whole number`)
}

/** `resize <controller> <replicas>`; `stop` is a resize to 0. Prints the controller as it is then. */
export const resize = async (
  name: string,
  replicas: string,
  server: Server,
  flags: Flags,
  io: Io,
): Promise<void> => {
  const namespace = namespaceOf(flags, io)
  const count = whole(replicas)
  const controller = await getController(server, name, namespace)
  const body = { ...controller, desiredState: { ...controller.desiredState, replicas: count } }
  io.stdout(yaml(await putController(server, name, namespace, body)))
}

/** `rm <controller>`: only of one that has been stopped, for its pods would stay. */
export const remove = async (name: string, server: Server, flags: Flags, io: Io): Promise<void> => {
  const namespace = namespaceOf(flags, io)
  const { desiredState } = await getController(server, name, namespace)
  const replicas = desiredState?.replicas ?? 0
  if (replicas !== 0) {
    throw new Failure(`Error: controller has non-zero replicas (${replicas}), please stop it first`)
  }
  await server.send({ method: 'DELETE', path: path(name), query: { namespace } })
}

const port = (text: string): number => {
  const number = /^\d+$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= 65535) return number
  throw new Failure(`Error: bad port spec: "${text}" is no port; use <host port>:<container port>,...`)
}

const parsePorts = (spec: string): LegacyPort[] =>
  spec
    .split(',')
    .filter(Boolean)
    .map(part => {
      const [first = '', second, ...more] = part.split(':')
      if (more.length > 0) throw new Failure(`Error: bad port spec: ${part}`)
      if (second === undefined) return { containerPort: port(first) }
      return { hostPort: port(first), containerPort: port(second) }
    })

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** `run <image> <replicas> <controller>`: a controller of one container, and a service in front of it with -s. */
export const runController = async (
  [image = '', replicas = '', name = '']: readonly string[],
  server: Server,
  flags: Flags,
  io: Io,
): Promise<void> => {
  const namespace = namespaceOf(flags, io)
  if (flags.s > 0 && !label.test(name)) {
    throw new Failure(
      `Error: service creation requested, but an invalid name for a service was provided (${name}). ` +
        'Service names must be valid DNS labels.',
    )
  }
  const ports = parsePorts(flags.p)
  const labels = { name }
  const manifest = {
    version: 'v1beta2',
    containers: [{ name: name.toLowerCase(), image, ...(ports.length > 0 && { ports }) }],
  }
  const controller = {
    kind: 'ReplicationController',
    apiVersion: 'v1beta1',
    id: name,
    desiredState: {
      replicas: whole(replicas),
      replicaSelector: labels,
      podTemplate: { desiredState: { manifest }, labels },
    },
  }
  const query = { namespace }
  io.stdout(
    yaml(await server.send({ method: 'POST', path: 'replicationControllers', query, body: controller })),
  )
  if (flags.s <= 0) return
  const service = {
    kind: 'Service',
    apiVersion: 'v1beta1',
    id: name,
    port: flags.s,
    labels,
    selector: labels,
    ...(ports[0] && { containerPort: ports[0].containerPort }),
  }
  io.stdout(yaml(await server.send({ method: 'POST', path: 'services', query, body: service })))
}
