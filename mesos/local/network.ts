import type { AgentMessage, MasterConnection, MasterLink } from './link.ts'

/** An agent's way to the master that leads. */
export interface AgentNetwork extends MasterLink {
  /** Nothing arrives any more, in either direction, and neither side is told: a partition. */
  cut(): void
  /** What was sent in between arrives, in order, as TCP would bring it. */
  mend(): void
  /** Connects those who wait: somebody else leads. */
  elected(): void
}

/** `leader` answers the master that leads; as long as there is none, who connects waits. */
export const agentNetwork = (leader: () => MasterLink | undefined): AgentNetwork => {
  let isCut = false
  let held: (() => void)[] = []
  const waiting = new Set<() => void>()
  const pass = (deliver: () => void) => {
    if (isCut) held.push(deliver)
    else deliver()
  }
  const release = () => {
    for (const join of waiting) join()
  }

  return {
    cut() {
      isCut = true
    },
    mend() {
      isCut = false
      const late = held
      held = []
      for (const deliver of late) deliver()
      release()
    },
    elected: release,
    connect(agent) {
      let connection: MasterConnection | undefined
      let early: AgentMessage[] = []
      const join = () => {
        const master = isCut ? undefined : leader()
        if (!master) return
        waiting.delete(join)
        connection = master.connect({
          receive: message => pass(() => agent.receive(message)),
          closed: () => pass(() => agent.closed()),
        })
        for (const message of early) connection.send(message)
        early = []
      }
      waiting.add(join)
      join()
      return {
        send(message) {
          if (connection) pass(() => connection?.send(message))
          else early.push(message)
        },
        close() {
          waiting.delete(join)
          pass(() => connection?.close())
        },
      }
    },
  }
}
