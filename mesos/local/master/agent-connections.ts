import type { AgentEnd, MasterConnection, MasterLink } from '../link.ts'
import { agentSession } from './agents.ts'
import type { MasterContext } from './context.ts'

/** The agents' connections with one master, which dies with all of them. */
export interface AgentConnections extends MasterLink {
  /** As a crash does it: the agents see their connections break, and the frameworks are told nothing. */
  break(): void
}

/** Messages arrive in order and never within the call that sends them, as they would over a network. */
export const agentConnections = (cx: MasterContext): AgentConnections => {
  const open = new Map<MasterConnection, AgentEnd>()
  return {
    connect(agent) {
      const later = (deliver: () => void) =>
        queueMicrotask(() => {
          if (open.has(connection)) deliver()
        })
      const hangUp = () => {
        if (!open.delete(connection)) return
        session.disconnect()
        queueMicrotask(() => agent.closed())
      }
      const session = agentSession(cx, message => later(() => agent.receive(message)), hangUp)
      const connection: MasterConnection = {
        send: message => later(() => session.receive(message)),
        close() {
          if (open.delete(connection)) session.disconnect()
        },
      }
      open.set(connection, agent)
      return connection
    },
    break() {
      for (const [connection, agent] of open) {
        connection.close()
        queueMicrotask(() => agent.closed())
      }
    },
  }
}
