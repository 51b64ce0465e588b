import type { DrainInfo, MachineID, MaintenanceWindow } from '../../protocol/messages.gen.ts'
import type { Quota } from './quotas.ts'

/** What an operator wants of an agent, whoever leads and wherever it is. */
export interface Standing {
  /** It gets no offers. */
  deactivated: boolean
  drain: DrainInfo | undefined
}

/** An agent that does not answer any more. */
export interface UnreachableAgent extends Standing {
  readonly since: number
}

/** What one master hands on to the next: Mesos keeps it in its replicated log. */
export interface Registry {
  /** Agents that have registered, and are neither unreachable nor gone. */
  readonly admitted: Map<string, Standing>
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
  admitted: new Map(),
  unreachable: new Map(),
  gone: new Set(),
  quotas: new Map(),
  weights: new Map(),
  windows: [],
  down: new Map(),
})
