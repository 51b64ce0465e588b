import type {
  MachineID,
  MaintenanceClusterStatus,
  MaintenanceSchedule,
  MasterCall,
  MasterResponse,
} from '../../protocol/messages.gen.ts'
import { Refused } from '../http/refused.ts'
import { removeDown } from './agent-removal.ts'
import type { MasterContext } from './context.ts'
import { isDown, machineKey, machineOf, scheduledMachines } from './machines.ts'
import { rescindOffers } from './offers.ts'
import type { MasterState } from './state.ts'

const json = (id: MachineID): string => JSON.stringify(id)

const checkMachines = (ids: readonly MachineID[]): void => {
  const seen = new Set<string>()
  for (const id of ids) {
    if (!id.hostname && !id.ip) throw new Refused(400, "Both 'hostname' and 'ip' for a machine are empty")
    if (seen.has(machineKey(id)))
      throw new Refused(400, `Machine '${json(id)}' appears more than once in the schedule`)
    seen.add(machineKey(id))
  }
}

/** Replaces the schedule; the offers of every machine in the old or the new one come anew, as in Mesos. */
const updateSchedule = (cx: MasterContext, { windows = [] }: MaintenanceSchedule): void => {
  const { state } = cx
  for (const { machine_ids = [], unavailability } of windows) {
    if (machine_ids.length === 0)
      throw new Refused(400, 'List of machines in the maintenance window is empty')
    if ((unavailability.duration?.nanoseconds ?? 0) < 0)
      throw new Refused(400, "Unavailability 'duration' is negative")
  }
  const ids = windows.flatMap(({ machine_ids = [] }) => machine_ids)
  checkMachines(ids)
  const next = new Set(ids.map(machineKey))
  for (const [key, id] of state.down) {
    if (next.has(key)) continue
    throw new Refused(400, `Machine '${json(id)}' is deactivated and cannot be removed from the schedule`)
  }
  const touched = new Set([...scheduledMachines(state), ...ids].map(machineKey))
  state.windows.splice(0, Number.POSITIVE_INFINITY, ...windows)
  for (const agent of state.agents.values()) {
    if (!touched.has(machineOf(state, agent))) continue
    rescindOffers(state, open => open.agent === agent.id)
    cx.inverseOffers.renew(agent.id)
    cx.allocator.soon(agent.id)
  }
}

const checkMode = (state: MasterState, ids: readonly MachineID[], mode: 'DRAINING' | 'DOWN') => {
  if (ids.length === 0) throw new Refused(400, 'List of machines is empty')
  checkMachines(ids)
  const known = new Set(scheduledMachines(state).map(machineKey))
  for (const id of ids) {
    if (!known.has(machineKey(id)))
      throw new Refused(400, `Machine '${json(id)}' is not part of a maintenance schedule`)
    if (state.down.has(machineKey(id)) === (mode === 'DOWN')) continue
    const what = mode === 'DOWN' ? 'up' : 'down'
    throw new Refused(400, `Machine '${json(id)}' is not in ${mode} mode and cannot be brought ${what}`)
  }
}

/** Takes machines down: their agents are shut down and their tasks are over. */
const startMaintenance = (cx: MasterContext, ids: readonly MachineID[]): void => {
  const { state } = cx
  checkMode(state, ids, 'DRAINING')
  for (const id of ids) state.down.set(machineKey(id), id)
  for (const agent of [...state.agents.values()]) if (isDown(state, agent)) removeDown(cx, agent)
}

/** The machines are up again, and out of the schedule. */
const stopMaintenance = ({ state }: MasterContext, ids: readonly MachineID[]): void => {
  checkMode(state, ids, 'DOWN')
  const over = new Set(ids.map(machineKey))
  for (const key of over) state.down.delete(key)
  const left = state.windows.map(({ machine_ids = [], unavailability }) => ({
    machine_ids: machine_ids.filter(id => !over.has(machineKey(id))),
    unavailability,
  }))
  state.windows.splice(
    0,
    Number.POSITIVE_INFINITY,
    ...left.filter(({ machine_ids }) => machine_ids.length > 0),
  )
}

const maintenanceSchedule = ({ windows }: MasterState): MaintenanceSchedule =>
  windows.length > 0 ? { windows: [...windows] } : {}

/** The machines by their mode, with what the frameworks have answered to inverse offers. */
const maintenanceStatus = ({ state, inverseOffers }: MasterContext): MaintenanceClusterStatus => {
  const draining = scheduledMachines(state).filter(id => !state.down.has(machineKey(id)))
  const statusesOf = (id: MachineID) =>
    [...state.agents.values()]
      .filter(agent => machineOf(state, agent) === machineKey(id))
      .flatMap(agent => inverseOffers.answers(agent.id))
  const machine = (id: MachineID) => {
    const statuses = statusesOf(id)
    return { id, ...(statuses.length > 0 && { statuses }) }
  }
  return {
    ...(draining.length > 0 && { draining_machines: draining.map(machine) }),
    ...(state.down.size > 0 && { down_machines: [...state.down.values()] }),
  }
}

export const maintenanceActions: Readonly<Record<string, (cx: MasterContext, call: MasterCall) => void>> = {
  UPDATE_MAINTENANCE_SCHEDULE: (cx, { update_maintenance_schedule: update }) =>
    updateSchedule(cx, update?.schedule ?? {}),
  START_MAINTENANCE: (cx, { start_maintenance }) => startMaintenance(cx, start_maintenance?.machines ?? []),
  STOP_MAINTENANCE: (cx, { stop_maintenance }) => stopMaintenance(cx, stop_maintenance?.machines ?? []),
}

export const maintenanceAnswers: Readonly<
  Record<string, (state: MasterState, cx: MasterContext) => MasterResponse>
> = {
  GET_MAINTENANCE_SCHEDULE: state => ({
    type: 'GET_MAINTENANCE_SCHEDULE',
    get_maintenance_schedule: { schedule: maintenanceSchedule(state) },
  }),
  GET_MAINTENANCE_STATUS: (_, cx) => ({
    type: 'GET_MAINTENANCE_STATUS',
    get_maintenance_status: { status: maintenanceStatus(cx) },
  }),
}
