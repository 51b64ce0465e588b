import type { MachineID, MaintenanceWindow } from '../../protocol/messages.gen.ts'
import type { Journal } from '../journal.ts'
import { newRegistry, type Registry, type Standing, type UnreachableAgent } from './registry.ts'

/** A registry that outlives its masters, as Mesos' replicated log does. */
export interface SavedRegistry {
  readonly registry: Registry
  /** Resolves when the registry, as it is now, is on disk. */
  save(): Promise<void>
}

type Entries<V> = readonly (readonly [string, V])[]

/** The registry as JSON. */
interface Saved {
  readonly admitted: Entries<Standing>
  readonly unreachable: Entries<UnreachableAgent>
  readonly gone: readonly string[]
  readonly quotas: Entries<{ readonly guarantees: Entries<number>; readonly limits: Entries<number> }>
  readonly weights: Entries<number>
  readonly windows: readonly MaintenanceWindow[]
  readonly down: Entries<MachineID>
}

const encode = ({ admitted, unreachable, gone, quotas, weights, windows, down }: Registry): Saved => ({
  // The masters' own records of their agents hold much more.
  admitted: [...admitted].map(([id, { deactivated, drain }]) => [id, { deactivated, drain }]),
  unreachable: [...unreachable],
  gone: [...gone],
  quotas: [...quotas].map(([role, { guarantees, limits }]) => [
    role,
    { guarantees: [...guarantees], limits: [...limits] },
  ]),
  weights: [...weights],
  windows: [...windows],
  down: [...down],
})

const decode = ({ admitted, unreachable, gone, quotas, weights, windows, down }: Saved): Registry => ({
  admitted: new Map(admitted),
  unreachable: new Map(unreachable),
  gone: new Set(gone),
  quotas: new Map(
    quotas.map(([role, { guarantees, limits }]) => [
      role,
      { guarantees: new Map(guarantees), limits: new Map(limits) },
    ]),
  ),
  weights: new Map(weights),
  windows: [...windows],
  down: new Map(down),
})

const key = 'registry'

/** What the journal holds of it is where the masters go on. */
export const savedRegistry = (journal: Journal): SavedRegistry => {
  const saved = journal.entries.get(key) as Saved | undefined
  const registry = saved ? decode(saved) : newRegistry()
  let next: Promise<void> | undefined
  const write = () => {
    next = undefined
    journal.put(key, encode(registry))
    return journal.synced()
  }
  return {
    registry,
    // Changes of one moment are written once.
    save: () => (next ??= Promise.resolve().then(write)),
  }
}
