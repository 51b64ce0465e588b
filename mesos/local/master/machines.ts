import type { AgentInfo, MachineID, Unavailability } from '../../protocol/messages.gen.ts'
import type { MasterState } from './state.ts'

/** What has the place of an agent. */
interface Placed {
  readonly info: Pick<AgentInfo, 'hostname'>
}

/** Equal for equal machines; both parts count, as in Mesos. */
export const machineKey = ({ hostname = '', ip = '' }: MachineID): string => `${hostname.toLowerCase()} ${ip}`

/** The key of an agent's machine. All agents are on the master's address; their host names tell them apart. */
export const machineOf = ({ info: { address } }: MasterState, agent: Placed): string =>
  machineKey({ hostname: agent.info.hostname, ip: address?.ip ?? '127.0.0.1' })

export const scheduledMachines = ({ windows }: MasterState): readonly MachineID[] =>
  windows.flatMap(({ machine_ids = [] }) => machine_ids)

/** When the agent's machine is not to be counted on, where an operator has said so. */
export const unavailabilityOf = (state: MasterState, agent: Placed): Unavailability | undefined => {
  if (state.windows.length === 0) return undefined
  const key = machineOf(state, agent)
  return state.windows.find(({ machine_ids = [] }) => machine_ids.some(id => machineKey(id) === key))
    ?.unavailability
}

/** True when the agent's machine is taken down: its agents are not let in. */
export const isDown = (state: MasterState, agent: Placed): boolean =>
  state.down.size > 0 && state.down.has(machineOf(state, agent))
