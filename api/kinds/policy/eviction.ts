import type { Eviction as V1 } from 'kubernetes-types/policy/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'

export type Eviction = Served<V1>

/** Asks for a pod to go, as far as the budgets for disruptions allow that; never stored. */
export const Eviction = defineKind<Eviction>({ group: 'policy', kind: 'Eviction', plural: 'pods/eviction' })
