import type { MasterInfo } from '../protocol/messages.gen.ts'

/** Where masters settle who leads. */
export interface Election {
  /**
   * Enters a candidate. `changed` is told who leads, at once and whenever that changes; undefined is nobody. The
   * answer withdraws the candidate, as its death would.
   */
  enter(master: MasterInfo, changed: (leader: MasterInfo | undefined) => void): Promise<() => Promise<void>>
}

/** Among the masters of this process: the one that entered first leads. */
export const localElection = (): Election => {
  const candidates = new Map<MasterInfo, (leader: MasterInfo | undefined) => void>()
  const tell = () => {
    const [leader] = candidates.keys()
    for (const changed of candidates.values()) changed(leader)
  }
  return {
    async enter(master, changed) {
      candidates.set(master, changed)
      tell()
      return async () => {
        candidates.delete(master)
        tell()
      }
    },
  }
}
