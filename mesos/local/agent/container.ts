import { join } from 'node:path'
import type { ExecutorInfo } from '../../protocol/messages.gen.ts'
import type { AgentContext } from './context.ts'
import { executorEnvironment } from './environment.ts'
import { launch } from './launch.ts'
import { identify, isAlive, kill, type ProcessId, sessionLeader, withEnvironment } from './processes.ts'
import { type Executor, newExecutor, saveExecutor } from './state.ts'

/** A new container for the executor, known to the journal before there is a process. */
export const createContainer = (cx: AgentContext, framework: string, info: ExecutorInfo): Executor => {
  const containerId = crypto.randomUUID()
  const agent = cx.state.info.id?.value ?? ''
  const executorDir = join(
    ...[cx.workDir, 'slaves', agent, 'frameworks', framework],
    ...['executors', info.executor_id.value],
  )
  const sandbox = join(executorDir, 'runs', containerId)
  const executor = newExecutor({ framework, info, containerId, sandbox })
  saveExecutor(cx.state, executor)
  return executor
}

/** Runs the container to its end; the answer is its exit status. Rejects when it cannot be started. */
export const runContainer = async (cx: AgentContext, executor: Executor): Promise<number | undefined> => {
  const { state, address, timing } = cx
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
      timing,
    }),
    fetch: cx.fetch,
    wanted: () => executor.phase !== 'terminating' && !cx.closed(),
  })
  if (!launched) return undefined
  executor.process = identify(launched.pid)
  saveExecutor(state, executor)
  await state.journal.synced()
  return launched.exit
}

/** Resolves when a process that is not our child has ended. */
export const watchProcess = (cx: AgentContext, process: ProcessId): Promise<void> =>
  new Promise(resolve => {
    const look = () => {
      if (cx.closed()) return
      if (isAlive(process)) cx.clock.after(cx.timing.processPoll, look)
      else resolve()
    }
    look()
  })

/** Finds the process of a container whose start the journal did not see the end of, and remembers it. */
export const findProcess = async (cx: AgentContext, executor: Executor): Promise<ProcessId | undefined> => {
  const pid = sessionLeader(await withEnvironment('MESOS_SANDBOX', executor.sandbox))
  if (pid === undefined) return undefined
  executor.process = identify(pid)
  saveExecutor(cx.state, executor)
  return executor.process
}

/** Kills the executor and its process group; `sweep` gets those that have left the group. */
export const destroyContainer = ({ process }: Executor): void => {
  if (process && isAlive(process)) kill(-process.pid)
}

/** A process that cannot be killed must not keep us for ever. */
const maxRounds = 10

/** Kills everything that the container has left behind. Repeats, since a process may fork while we look. */
export const sweepContainer = async ({ sandbox }: Executor): Promise<void> => {
  for (let round = 0; round < maxRounds; round++) {
    const pids = await withEnvironment('MESOS_SANDBOX', sandbox)
    if (pids.length === 0) return
    pids.forEach(kill)
  }
}
