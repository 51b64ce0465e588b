import type { DrainConfig, KillPolicy, TaskInfo } from '../../protocol/messages.gen.ts'
import type { AgentContext } from './context.ts'
import { saveDrain } from './state.ts'
import { killTask } from './tasks.ts'

/** The longest that a drained agent lets a task take to end, where the task itself has more or says nothing. */
const policyFor = ({ kill_policy }: TaskInfo, { max_grace_period }: DrainConfig): KillPolicy | undefined => {
  const own = kill_policy?.grace_period
  if (!max_grace_period || (own && own.nanoseconds <= max_grace_period.nanoseconds)) return undefined
  return { grace_period: max_grace_period }
}

/** Kills every task; what comes after it is dropped until the last executor has ended, as Mesos' agents have it. */
export const drain = async (cx: AgentContext, config: DrainConfig): Promise<void> => {
  const { state } = cx
  if (state.executors.size === 0) return
  saveDrain(state, config)
  await state.journal.synced()
  const kills = [...state.tasks.values()].map(({ framework, info }) =>
    killTask(cx, framework, info.task_id.value, policyFor(info, config)),
  )
  await Promise.all(kills)
}
