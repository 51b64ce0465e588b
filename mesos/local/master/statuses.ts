import type {
  AgentID,
  TaskID,
  TaskInfo,
  TaskState,
  TaskStatus,
  TaskStatusReason,
} from '../../protocol/messages.gen.ts'
import type { MasterContext } from './context.ts'
import { type Framework, hasCapability, type MasterTask } from './state.ts'

interface MasterStatus {
  readonly task: TaskID
  readonly agent: AgentID | undefined
  readonly state: TaskState
  readonly reason: TaskStatusReason
  readonly message: string
}

/** States that frameworks without the PARTITION_AWARE capability know as TASK_LOST. */
const partitionStates: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_DROPPED',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
])

const stateFor = (framework: Framework, state: TaskState): TaskState =>
  partitionStates.has(state) && !hasCapability(framework.info, 'PARTITION_AWARE') ? 'TASK_LOST' : state

/** Sends an update of the master's own. It has no uuid: nobody acknowledges it. */
export const sendStatus = (
  { clock }: MasterContext,
  framework: Framework,
  { task, agent, state, reason, message }: MasterStatus,
  more: Partial<TaskStatus> = {},
): void => {
  const status: TaskStatus = {
    task_id: task,
    state: stateFor(framework, state),
    message,
    source: 'SOURCE_MASTER',
    reason,
    ...(agent && { agent_id: agent }),
    timestamp: clock.now() / 1000,
    ...more,
  }
  framework.subscription?.events.send({ type: 'UPDATE', update: { status } })
}

export const executorOf = ({ executor }: TaskInfo): Partial<TaskStatus> =>
  executor ? { executor_id: executor.executor_id } : {}

/** What is told again of a task that runs: everything of its last update but the data. */
export const lasting = ({ info, status }: MasterTask): Partial<TaskStatus> => ({
  ...executorOf(info),
  ...(status?.healthy !== undefined && { healthy: status.healthy }),
  ...(status?.check_status && { check_status: status.check_status }),
  ...(status?.container_status && { container_status: status.container_status }),
})

export const unreachableTime = ({
  unreachableSince,
}: Pick<MasterTask, 'unreachableSince'>): Partial<TaskStatus> =>
  unreachableSince === undefined ? {} : { unreachable_time: { nanoseconds: unreachableSince * 1e6 } }
