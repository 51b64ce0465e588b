import { internal, invalid } from '../../api/errors.ts'
import { invalidValue } from '../../api/field-error.ts'
import { Service } from '../../api/kinds/index.ts'
import { wantsNodePorts } from '../../api/kinds/service/allocated.ts'
import { nodePortClaim } from '../../api/kinds/service/claims.ts'
import { refOf } from '../../api/resource.ts'
import type { Claims } from './allocator.ts'
import { tryOrder } from './try-order.ts'

const first = 30_000
const last = 32_767

const refuse = ({ metadata }: Service, index: number, port: number, why: string) =>
  invalid(Service, metadata.name, [invalidValue(`spec.ports[${index}].nodePort`, port, why)])

/** The service with a port of the nodes for each of its ports, if it wants them. */
export const allocateNodePorts = async (
  service: Service,
  old: Service | undefined,
  claims: Claims,
): Promise<Service> => {
  const { spec } = service
  const given = spec.ports ?? []
  const wanted = wantsNodePorts(spec)
  if (!given.some(({ nodePort }) => nodePort || wanted)) return service
  const ref = refOf(service)
  // Two ports of a service may share one, for two protocols.
  const own = new Set((old?.spec.ports ?? []).map(({ nodePort }) => nodePort))

  const check = async (port: number, index: number): Promise<void> => {
    if (own.has(port)) return
    if (port < first || port > last) {
      const why = `provided port is not in the valid range. The range of valid ports is ${first}-${last}`
      throw refuse(service, index, port, why)
    }
    if (!(await claims.take(nodePortClaim(ref, port)))) {
      throw refuse(service, index, port, 'provided port is already allocated')
    }
    own.add(port)
  }

  const any = async (): Promise<number> => {
    let port = 0
    const candidates = function* () {
      for (const index of tryOrder(last - first + 1)) {
        port = first + index
        yield nodePortClaim(ref, port)
      }
    }
    if (await claims.takeFirst(candidates)) return port
    throw internal(`failed to allocate a nodePort: range is full: all of ${first}-${last} are taken`)
  }

  // Those that are asked for come first, so that none is given away to a port that takes any.
  for (const [index, { nodePort }] of given.entries()) if (nodePort) await check(nodePort, index)
  const ports = []
  for (const port of given) ports.push(port.nodePort || !wanted ? port : { ...port, nodePort: await any() })
  return { ...service, spec: { ...spec, ports } }
}
