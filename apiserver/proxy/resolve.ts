import { badRequest, isStatus, notFound, unavailable } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { EndpointSlice, Endpoints, Node, Pod, Service } from '../../api/kinds/index.ts'
import type { Ref, Resource } from '../../api/resource.ts'
import type { Registry } from '../registry/registry.ts'
import { type Named, parseNamed, type Target } from './target.ts'

/** Finds where a request for an object is to go: `id` is the object's part of the path. */
export type Resolve = (registry: Registry, namespace: string, id: string) => Promise<Target>

const find = async <T extends Resource>(
  registry: Registry,
  kind: Kind<T>,
  ref: Ref,
): Promise<T | undefined> => {
  try {
    return (await registry.get(kind, ref)).object
  } catch (error) {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  }
}

const anyOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)]

interface Place {
  readonly host: string
  readonly port: number
  /** Of the port, '' when it has none. */
  readonly name: string
}

const placesOf = ({ subsets = [] }: Endpoints): Place[] =>
  subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.flatMap(({ port, name = '' }) => addresses.map(({ ip }) => ({ host: ip, port, name }))),
  )

const placesOfSlice = ({ addressType, endpoints, ports = [] }: EndpointSlice): Place[] =>
  addressType === 'FQDN'
    ? []
    : ports.flatMap(({ port, name = '' }) =>
        endpoints
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses: [host] }) => (host && port ? [{ host, port, name }] : [])),
      )

/** The name of the service's port that the path asks for, by number or name; the only one need not be named. */
const portNameOf = (service: Service | undefined, { name, port }: Named): string => {
  const [only, ...others] = service?.spec.ports ?? []
  if (!port) return (others.length === 0 && only?.name) || ''
  if (!/^\d+$/.test(port)) return port
  const found = service?.spec.ports?.find(each => each.port === Number(port))
  if (service && !found)
    throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`)
  return found?.name ?? ''
}

/** One of the service's endpoints that are ready: from its Endpoints, else from its slices. */
export const serviceTarget: Resolve = async (registry, namespace, id) => {
  const named = parseNamed(id, 'service')
  const { scheme = 'http', name } = named
  const ref = { namespace, name }
  const service = await find(registry, Service, ref)
  const endpoints = await find(registry, Endpoints, ref)
  if (!service && !endpoints) throw notFound(Endpoints, name)
  const slices = registry.caches.of(EndpointSlice).list({
    id: '',
    namespace,
    matches: ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
  })
  const places = endpoints ? placesOf(endpoints) : slices.flatMap(({ object }) => placesOfSlice(object))
  const port = portNameOf(service, named)
  const place = anyOf(places.filter(each => each.name === port))
  if (!place) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  return { scheme, host: place.host, port: place.port }
}

/** The pod's own address; a pod of the host's network is met at the host's port for the one that is named. */
export const podTarget: Resolve = async (registry, namespace, id) => {
  const { scheme = 'http', name, port } = parseNamed(id, 'pod')
  const { spec, status } = (await registry.get(Pod, { namespace, name })).object
  const host = status?.podIP
  if (!host) throw unavailable(`pod ${JSON.stringify(name)} has no address yet, it is ${status?.phase}`)
  const ports = spec.containers.flatMap(each => each.ports ?? [])
  const asked = ports.find(each => each.name === port || each.containerPort === Number(port))
  const chosen = port ? asked : ports[0]
  const number = chosen?.containerPort ?? Number(port || 80)
  if (!Number.isInteger(number)) throw badRequest(`pod ${JSON.stringify(name)} has no port named ${port}`)
  return { scheme, host, port: (host === status.hostIP && chosen?.hostPort) || number }
}

/** Where kubelets listen; the executor of an agent has no such port. */
const kubeletPort = 10_250

export const nodeTarget: Resolve = async (registry, _, id) => {
  const { scheme, name, port } = parseNamed(id, 'node')
  const { status } = (await registry.get(Node, { namespace: '', name })).object
  const host = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
  if (!host) throw unavailable(`node ${JSON.stringify(name)} has no address`)
  const kubelet = status.daemonEndpoints?.kubeletEndpoint?.Port || kubeletPort
  const number = Number(port || kubelet)
  if (!Number.isInteger(number)) throw badRequest(`the port of a node is a number, not ${port}`)
  return { scheme: scheme ?? (number === kubelet ? 'https' : 'http'), host, port: number }
}
