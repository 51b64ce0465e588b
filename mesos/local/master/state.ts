import type {
  AgentInfo,
  ExecutorInfo,
  FrameworkInfo,
  FrameworkInfoCapability,
  MasterInfo,
  Offer,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../../protocol/messages.gen.ts'
import { addResources, allocatedTo, type Resources, resourcesOf } from '../../protocol/resources.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { MasterMessage } from '../link.ts'
import { isTerminal } from '../task-state.ts'
import { newRegistry, type Registry, type Standing } from './registry.ts'
import { type Shares, shares } from './shares.ts'

/** A scheduler's open SUBSCRIBE. */
export interface Subscription {
  readonly streamId: string
  readonly events: EventStream<SchedulerEvent>
}

export interface Framework {
  readonly id: string
  info: FrameworkInfo
  subscription: Subscription | undefined
  /** Known from an agent only: it has not subscribed since the master started. */
  recovered: boolean
  suppressedRoles: ReadonlySet<string>
  readonly registered: number
  reregistered: number
  /** Until its last update is acknowledged. */
  readonly tasks: Map<string, MasterTask>
  readonly unreachable: Map<string, MasterTask>
  cancelFailover: () => void
}

export interface MasterTask {
  readonly framework: string
  readonly agent: string
  readonly info: TaskInfo
  /** The latest that the agent knows. */
  state: TaskState
  /** The latest update that was sent to the scheduler. */
  status: TaskStatus | undefined
  /** Milliseconds since the epoch. */
  unreachableSince: number | undefined
}

export interface MasterAgent extends Standing {
  readonly id: string
  readonly info: AgentInfo
  readonly registered: number
  readonly reregistered: number | undefined
  readonly total: Resources
  /** Of its unfinished tasks and of its executors. */
  used: Resources
  offered: Resources
  /** By `<framework>/<task>`. */
  readonly tasks: Map<string, MasterTask>
  /** By `<framework>/<executor>`. */
  readonly executors: Map<string, { readonly framework: string; readonly info: ExecutorInfo }>
  /** Undefined while it is disconnected. */
  send: ((message: MasterMessage) => void) | undefined
  cancelRemoval: () => void
}

export interface OpenOffer {
  readonly offer: Offer
  readonly framework: string
  readonly agent: string
  readonly role: string
  cancelTimeout: () => void
  /** As the agent has them: allocated to no role. */
  readonly resources: Resources
}

interface CompletedFramework {
  readonly framework: Framework
  readonly unregistered: number
}

export interface MasterState extends Registry {
  readonly info: MasterInfo
  readonly started: number
  readonly frameworks: Map<string, Framework>
  /** Removed ones; only the newest are kept. */
  readonly completed: Map<string, CompletedFramework>
  readonly agents: Map<string, MasterAgent>
  readonly offers: Map<string, OpenOffer>
  readonly shares: Shares
  nextFramework: number
  nextAgent: number
  nextOffer: number
}

/** As Mesos' max_completed_frameworks. */
const maxCompleted = 50

export const newMasterState = (info: MasterInfo, now: number, registry = newRegistry()): MasterState => ({
  ...registry,
  info,
  started: now,
  frameworks: new Map(),
  completed: new Map(),
  agents: new Map(),
  offers: new Map(),
  shares: shares(),
  nextFramework: 0,
  nextAgent: 0,
  nextOffer: 0,
})

export const hasCapability = (
  { capabilities = [] }: FrameworkInfo,
  wanted: NonNullable<FrameworkInfoCapability['type']>,
): boolean => capabilities.some(({ type }) => type === wanted)

export const rolesOf = (info: FrameworkInfo): readonly string[] =>
  hasCapability(info, 'MULTI_ROLE') ? (info.roles ?? []) : [info.role ?? '*']

export const executorKey = (framework: string, executor: string): string => `${framework}/${executor}`

/** What a task or an executor takes of its agent. */
export const taken = ({ resources = [] }: TaskInfo | ExecutorInfo): Resources =>
  allocatedTo(resourcesOf(resources), undefined)

/** What everything on the agent takes, from the records; `agent.used` must always be the same. */
export const usedOn = (state: MasterState, agent: MasterAgent): Resources => {
  const tasks = [...state.frameworks.values()]
    .flatMap(framework => [...framework.tasks.values()])
    .filter(task => task.agent === agent.id && !isTerminal(task.state))
  const parts = [...tasks, ...agent.executors.values()].map(({ info }) => taken(info))
  return parts.reduce(addResources, resourcesOf([]))
}

export const complete = ({ completed }: MasterState, framework: Framework, now: number): void => {
  completed.set(framework.id, { framework, unregistered: now })
  const [oldest] = completed.keys()
  if (completed.size > maxCompleted && oldest !== undefined) completed.delete(oldest)
}
