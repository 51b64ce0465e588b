import type { Offer, Resource } from '../../../mesos/protocol/messages.gen.ts'

/** An offer as the recorded master makes them. */
export const offer = (given: {
  id?: string
  agent?: string
  cpus?: number
  mem?: number
  ports?: readonly [number, number][]
  attributes?: Record<string, string>
  executors?: readonly string[]
  role?: string
  domain?: readonly [region: string, zone: string]
  extra?: readonly Resource[]
  /** When its machine is to be unavailable, milliseconds. */
  unavailableFrom?: number
}): Offer => {
  const {
    id = 'O1',
    agent = 'S1',
    cpus = 8,
    mem = 8192,
    ports = [[31000, 31999]],
    attributes = {},
    executors = [],
    role = '*',
    domain,
  } = given
  const allocation_info = { role }
  return {
    id: { value: id },
    framework_id: { value: 'F1' },
    agent_id: { value: agent },
    hostname: `${agent.toLowerCase()}.local`,
    allocation_info,
    ...(given.unavailableFrom !== undefined && {
      unavailability: { start: { nanoseconds: given.unavailableFrom * 1e6 } },
    }),
    ...(domain && { domain: { fault_domain: { region: { name: domain[0] }, zone: { name: domain[1] } } } }),
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: cpus }, allocation_info },
      { name: 'mem', type: 'SCALAR', scalar: { value: mem }, allocation_info },
      {
        name: 'ports',
        type: 'RANGES',
        ranges: { range: ports.map(([begin, end]) => ({ begin, end })) },
        allocation_info,
      },
      ...(given.extra ?? []),
    ],
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, type: 'TEXT', text: { value } })),
    executor_ids: executors.map(value => ({ value })),
  }
}
