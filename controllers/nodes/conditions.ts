import type { NodeCondition } from 'kubernetes-types/core/v1'
import { timeOf } from '../../api/pod-phase.ts'
import type { Agent } from './agent.ts'
import type { Entry } from './directory.ts'

type Conditions = readonly NodeCondition[]

/** Between two writes of a node of which there is no news, milliseconds: as often as a kubelet tells its status. */
export const heartbeat = 5 * 60_000

/** An agent that restarts is away for a moment: its node is not ready only after this time, milliseconds. */
export const patience = 40_000

/** The conditions of a node with this agent; what others have written stays. Times in milliseconds. */
export const conditionsOf = (
  { agent, awaySince }: Entry,
  known: Conditions,
  now: number,
): NodeCondition[] => {
  const others = known.filter(({ type }) => type !== 'Ready' && type !== 'Deactivated')
  const before = known.find(({ type }) => type === 'Ready')
  const forgiven = awaySince !== undefined && now < awaySince + patience && before?.status === 'True'
  const readiness = awaySince === undefined ? ready : disconnected
  return [
    ...others,
    ...deactivation(agent).map(next => following(known, next, now)),
    forgiven ? before : following(known, readiness, now),
  ]
}

/** The conditions of a node whose agent Mesos does not have any more. */
export const lostConditions = (known: Conditions, now: number): NodeCondition[] => [
  ...known.filter(({ type }) => type !== 'Ready'),
  following(known, lost, now),
]

type Told = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>

const ready: Told = {
  type: 'Ready',
  status: 'True',
  reason: 'AgentRegistered',
  message: 'the Mesos agent is registered with its master',
}

const disconnected: Told = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'AgentDisconnected',
  message: 'the Mesos master has no connection with the agent',
}

const lost: Told = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'AgentLost',
  message: 'the Mesos master has removed the agent: it is out of reach, or gone for good',
}

const reasons = {
  deactivated: ['AgentDeactivated', 'an operator has deactivated the Mesos agent: it offers nothing'],
  draining: ['AgentDraining', 'an operator drains the Mesos agent: its tasks are killed'],
  drained: ['AgentDrained', 'an operator has drained the Mesos agent: it offers nothing'],
} as const

const deactivation = ({ standing }: Agent): Told[] => {
  if (standing === 'active' || standing === 'disconnected') return []
  const [reason, message] = reasons[standing]
  return [{ type: 'Deactivated', status: 'True', reason, message }]
}

/** The condition that comes after the known one of its type: that itself when there is no news, nor need of any. */
const following = (known: Conditions, next: Told, now: number): NodeCondition => {
  const before = known.find(({ type }) => type === next.type)
  const heard = next.status !== 'Unknown'
  const age = now - Date.parse(before?.lastHeartbeatTime ?? '')
  const news =
    !before ||
    before.reason !== next.reason ||
    before.status !== next.status ||
    before.message !== next.message
  if (before && !news && (!heard || age < heartbeat)) return before
  return {
    ...next,
    lastHeartbeatTime: heard ? timeOf(now) : (before?.lastHeartbeatTime ?? timeOf(now)),
    lastTransitionTime: before?.status === next.status ? before.lastTransitionTime : timeOf(now),
  }
}
