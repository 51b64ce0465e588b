import type { EndpointSubset } from 'kubernetes-types/core/v1'
import { badRequest } from '../errors.ts'
import { Endpoints } from '../kinds/endpoints.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { readEndpoints } from './shapes.ts'

const parse = (endpoint: string, index: number) => {
  const [, bracketed, plain = bracketed, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(endpoint) ?? []
  if (plain === undefined || port === undefined) {
    throw badRequest(
      `endpoints[${index}] must be an address and a port, such as 10.0.0.1:8080, not "${endpoint}"`,
    )
  }
  return { ip: plain, port: Number(port) }
}

/** Neighbours with the same port share a subset, so that the order stays. */
const subsetsOf = (endpoints: readonly string[]): EndpointSubset[] => {
  const subsets: { addresses: { ip: string }[]; ports: { port: number }[] }[] = []
  for (const { ip, port } of endpoints.map(parse)) {
    const last = subsets.at(-1)
    if (last?.ports[0]?.port === port) last.addresses.push({ ip })
    else subsets.push({ addresses: [{ ip }], ports: [{ port }] })
  }
  return subsets
}

const endpointsOf = ({ addresses = [], ports = [] }: EndpointSubset): string[] =>
  ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`))

export const legacyEndpoints: LegacyKind<Endpoints> = {
  kind: Endpoints,
  plural: 'endpoints',
  legacyKind: 'Endpoints',
  name: 'endpoints',
  selectors: false,
  fields: {},

  toLegacy({ metadata, subsets = [] }) {
    return {
      ...toMeta(legacyEndpoints, metadata),
      ...omitEmpty({ endpoints: subsets.flatMap(endpointsOf), labels: metadata.labels }),
    }
  },

  fromLegacy(body) {
    const said = readEndpoints(body, '') ?? {}
    return omitUndefined({
      metadata: fromMeta(said, 'Endpoints'),
      subsets: said.endpoints && subsetsOf(said.endpoints),
    })
  },
}
