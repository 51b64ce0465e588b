import { join } from 'node:path'
import type { ExecutorInfo } from '../../protocol/messages.gen.ts'
import type { AgentContext } from './context.ts'
import { formatDuration, shutdownGrace } from './environment.ts'
import { agentStatus, report } from './report.ts'
import {
  type Cause,
  type Executor,
  forgetExecutor,
  newExecutor,
  saveDrain,
  saveExecutor,
  tasksOf,
} from './state.ts'

const terminated: Cause = { reason: 'REASON_EXECUTOR_TERMINATED', message: 'Executor terminated' }

/** Ends the executor at once. Its exit brings the rest. */
const terminate = ({ state, containers }: AgentContext, executor: Executor, cause: Cause): void => {
  executor.phase = 'terminating'
  executor.cause = cause
  saveExecutor(state, executor)
  containers.destroy(executor)
}

/** The executor is over: nothing of it stays behind, and its unfinished tasks have failed. */
const ended = async (cx: AgentContext, executor: Executor, status: number | undefined): Promise<void> => {
  const { state } = cx
  if (cx.closed()) return
  executor.cancelTimeout()
  executor.stream?.end()
  // Until it is forgotten, tasks for it are dropped instead of waiting for one that will not come.
  executor.phase = 'terminating'
  await cx.containers.sweep(executor)
  if (cx.closed()) return
  const { framework, info } = executor
  const cause = executor.cause ?? terminated
  if (state.frameworks.has(framework)) {
    cx.send({ type: 'EXITED', framework, executor: info.executor_id.value, status })
  }
  const reported = tasksOf(state, executor).map(task =>
    report(cx, framework, agentStatus(cx, task.info, { state: 'TASK_FAILED', ...cause })),
  )
  // After the updates in the journal: a crash between the two must not leave tasks without an executor.
  forgetExecutor(state, executor)
  if (state.drain && state.executors.size === 0) saveDrain(state, undefined)
  await Promise.all([state.journal.synced(), ...reported])
}

const run = async (cx: AgentContext, executor: Executor): Promise<void> => {
  const { logger, timing } = cx
  const id = executor.info.executor_id.value
  executor.cancelTimeout = cx.clock.after(timing.executorRegistration, () => {
    logger.warn('executor did not register', { executor: id })
    terminate(cx, executor, {
      reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
      message: `Executor did not register within ${formatDuration(timing.executorRegistration)}`,
    })
  })
  try {
    await ended(cx, executor, await cx.containers.run(cx, executor))
  } catch (error) {
    logger.warn('executor not launched', { executor: id, error })
    const message = `Failed to launch container: ${error instanceof Error ? error.message : error}`
    executor.cause ??= { reason: 'REASON_CONTAINER_LAUNCH_FAILED', message }
    await ended(cx, executor, undefined)
  }
}

const inBackground = ({ logger }: AgentContext, work: Promise<void>): void => {
  work.catch(error => logger.error('executor lost sight of', { error }))
}

/** A new container for the executor, known to the journal before there is a process. */
const createContainer = (cx: AgentContext, framework: string, info: ExecutorInfo): Executor => {
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

/** Starts an executor; its tasks wait in the state until it subscribes. */
export const startExecutor = (cx: AgentContext, framework: string, info: ExecutorInfo): Executor => {
  const executor = createContainer(cx, framework, info)
  inBackground(cx, run(cx, executor))
  return executor
}

/** Asks the executor to end, and kills it when it does not within its grace period. */
export const shutdownExecutor = (cx: AgentContext, executor: Executor): void => {
  executor.phase = 'terminating'
  saveExecutor(cx.state, executor)
  executor.cancelTimeout()
  executor.stream?.send({ type: 'SHUTDOWN' })
  executor.cancelTimeout = cx.clock.after(shutdownGrace(executor.info, cx.timing), () =>
    cx.containers.destroy(executor),
  )
}

const resume = async (cx: AgentContext, executor: Executor): Promise<void> => {
  const { timing, state } = cx
  const container = await cx.containers.recover(cx, executor)
  if (cx.closed()) return
  if (!container && executor.phase === 'registering') {
    // It was never started: nothing can have run, so the tasks may have a new container.
    await cx.containers.sweep(executor)
    forgetExecutor(state, executor)
    startExecutor(cx, executor.framework, executor.info)
    return
  }
  if (executor.phase === 'terminating') shutdownExecutor(cx, executor)
  if (executor.phase === 'registering') {
    executor.cancelTimeout = cx.clock.after(timing.executorReregistration, () =>
      terminate(cx, executor, {
        reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
        message: `Executor did not reregister within ${formatDuration(timing.executorReregistration)}`,
      }),
    )
  }
  await container?.ended
  await ended(cx, executor, undefined)
}

/** Takes up an executor that an earlier life of the agent started. A living one goes on untouched. */
export const resumeExecutor = (cx: AgentContext, executor: Executor): void =>
  inBackground(cx, resume(cx, executor))
