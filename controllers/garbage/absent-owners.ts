/** Owners that are remembered; the oldest are forgotten, and would be asked for anew. */
const memory = 500

/**
 * Owners that are known to be gone: no object ever gets the uid of another one. So of thousands of dependents only the
 * first has to ask for its owner.
 */
export interface AbsentOwners {
  add(owner: string): void
  has(owner: string): boolean
}

export const absentOwners = (): AbsentOwners => {
  const known = new Set<string>()
  return {
    add(owner) {
      known.delete(owner)
      known.add(owner)
      const [oldest] = known
      if (known.size > memory && oldest !== undefined) known.delete(oldest)
    },
    has: owner => known.has(owner),
  }
}
