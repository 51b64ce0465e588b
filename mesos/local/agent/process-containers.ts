import type { Containers } from './containers.ts'
import type { AgentContext } from './context.ts'
import { executorEnvironment } from './environment.ts'
import { executorToken } from './executor-token.ts'
import type { Fetch } from './fetcher.ts'
import { launch } from './launch.ts'
import { identify, isAlive, kill, type ProcessId, sessionLeader, withEnvironment } from './processes.ts'
import { type Executor, saveExecutor } from './state.ts'

const run = async (cx: AgentContext, executor: Executor, fetch: Fetch): Promise<number | undefined> => {
  const { state, address, executorSecret: secret, timing } = cx
  const framework = state.frameworks.get(executor.framework)
  if (!framework) return undefined
  // The order matters: a process whose container is not in the journal could not be found after a crash.
  await state.journal.synced()
  const launched = await launch({
    command: executor.info.command ?? {},
    user: framework.user,
    sandbox: executor.sandbox,
    environment: executorEnvironment({
      framework,
      executor: executor.info,
      agentId: state.info.id?.value ?? '',
      address,
      port: state.info.port ?? 0,
      sandbox: executor.sandbox,
      token: secret === undefined ? undefined : executorToken(executor, secret),
      timing,
    }),
    fetch,
    wanted: () => executor.phase !== 'terminating' && !cx.closed(),
  })
  if (!launched) return undefined
  executor.process = identify(launched.pid)
  saveExecutor(state, executor)
  await state.journal.synced()
  const status = await launched.exit
  // What its group has left must go before the pid can belong to somebody else.
  if (!cx.closed()) kill(-launched.pid)
  return status
}

/** Resolves when a process that is not our child has ended. */
const watchProcess = (cx: AgentContext, process: ProcessId): Promise<void> =>
  new Promise(resolve => {
    const look = () => {
      if (cx.closed()) return
      if (isAlive(process)) cx.clock.after(cx.timing.processPoll, look)
      else resolve()
    }
    look()
  })

/** Finds the process of a container whose start the journal did not see the end of, and remembers it. */
const findProcess = async (cx: AgentContext, executor: Executor): Promise<ProcessId | undefined> => {
  const pid = sessionLeader(await withEnvironment('MESOS_SANDBOX', executor.sandbox))
  if (pid === undefined) return undefined
  executor.process = identify(pid)
  saveExecutor(cx.state, executor)
  return executor.process
}

/** A process that cannot be killed must not keep us for ever. */
const maxRounds = 10

/** Repeats, since a process may fork while we look. */
const sweep = async ({ sandbox }: Executor): Promise<void> => {
  for (let round = 0; round < maxRounds; round++) {
    const pids = await withEnvironment('MESOS_SANDBOX', sandbox)
    if (pids.length === 0) return
    pids.forEach(kill)
  }
}

/** Each executor is a process in a session of its own, which outlives the agent. */
export const processContainers = (fetch: Fetch): Containers => ({
  run: (cx, executor) => run(cx, executor, fetch),
  async recover(cx, executor) {
    const process = executor.process ?? (await findProcess(cx, executor))
    return process && { ended: watchProcess(cx, process) }
  },
  /** The process group; `sweep` gets those that have left it. */
  destroy({ process }) {
    if (process && isAlive(process)) kill(-process.pid)
  },
  sweep,
})
