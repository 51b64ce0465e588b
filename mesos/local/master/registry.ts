import type { DrainInfo, MachineID, MaintenanceWindow } from '../../protocol/messages.gen.ts'
import type { Quota } from './quotas.ts'

/** An agent that does not answer any more. What an operator wanted of it is wanted when it comes back, too. */
export interface UnreachableAgent {
  readonly since: number
  deactivated: boolean
  drain: DrainInfo | undefined
}

/** What one master hands on to the next: Mesos keeps it in its replicated log. */
export interface Registry {
  /** Agents that have registered, and are neither unreachable nor gone. */
  readonly admitted: Set<string>
  readonly unreachable: Map<string, UnreachableAgent>
  /** Agents that an operator has declared gone: they are never taken again. */
  readonly gone: Set<string>
  /** Of roles that have one. */
  readonly quotas: Map<string, Quota>
  /** Of roles whose weight is not 1. */
  readonly weights: Map<string, number>
  /** The schedule of maintenance. */
  readonly windows: MaintenanceWindow[]
  /** The machines of the schedule that are taken down. */
  readonly down: Map<string, MachineID>
}

export const newRegistry = (): Registry => ({
  admitted: new Set(),
  unreachable: new Map(),
  gone: new Set(),
  quotas: new Map(),
  weights: new Map(),
  windows: [],
  down: new Map(),
})
