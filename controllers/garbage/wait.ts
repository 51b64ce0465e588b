import type { Entry } from '../metadata/index.ts'
import { type Graph, waits } from './graph.ts'

/**
 * True while dependents hold an object that wants to go after them: those whose reference says `blockOwnerDeletion`.
 * Objects that wait for each other in a circle, and for nobody else, hold none of them.
 */
export const isBlocked = (owner: Entry, graph: Graph): boolean => {
  const blockers = blockersOf(owner, graph)
  return blockers.length > 0 && !isCircle(owner, blockers, graph)
}

const blockersOf = ({ uid }: Entry, graph: Graph): Entry[] =>
  graph
    .dependentsOf(uid)
    .filter(({ owners }) => owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion))

/** Follows those who wait: when all ways lead on to others who wait, and one back to the owner, nobody moves first. */
const isCircle = (owner: Entry, blockers: readonly Entry[], graph: Graph): boolean => {
  const seen = new Set<string>()
  const open = [...blockers]
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next.uid)) continue
    seen.add(next.uid)
    if (!waits(next)) return false
    const further = blockersOf(next, graph)
    // It is about to go by itself.
    if (further.length === 0) return false
    open.push(...further)
  }
  return seen.has(owner.uid)
}
