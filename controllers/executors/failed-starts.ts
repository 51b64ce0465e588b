import type { Observable } from 'rxjs'
import type { TaskStatus } from '../../mesos/protocol/messages.gen.ts'
import { type BackoffOptions, backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'

/** One executor on one agent. */
export interface Executor {
  readonly agentId: string
  readonly executorId: string
}

/** What is needed of Mesos to tell why an executor did not start. */
interface FailureFeed {
  readonly failures$: Observable<{
    readonly agent_id?: { readonly value: string }
    readonly executor_id?: { readonly value: string }
    readonly status?: number
  }>
  /** '' when there is none; rejects when the agent does not tell; within seconds. */
  sandboxTail(executor: Executor, file: 'stderr', bytes: number): Promise<string>
}

/** The executors that agents could not start: why, and which agents are spared for a while. */
export interface FailedStarts {
  /**
   * How the executor of a task that it never took has ended; undefined while its agent is asked, for seconds at the
   * most. The first to ask after a start counts it as failed; all others that go down with it get the same answer.
   */
  explain(task: TaskStatus, executor: Executor): string | undefined
  /** The task is done with. */
  forget(taskId: string): void
  /** The executor has shown that it runs. */
  works(executor: Executor): void
  /** Whether the agent is spared now because the executor did not start there. */
  spares(executor: Executor): boolean
}

/** How long an agent is spared. Longer than a look at it takes, so that no start is taken for two. */
const pause: BackoffOptions = { initial: 5_000, max: 300_000, jitter: 0 }

/** Of stderr that is read, bytes. */
const tailBytes = 4_096

/** Of stderr that is told, characters: an event holds 1,024 in all. */
const shownLength = 400

/** What nobody asks for any more is forgotten beyond this number: more than agents fail at a time. */
const memory = 50_000

interface Start {
  /** In a row, with this one. */
  readonly failures: number
  /** When the agent gets its next chance, milliseconds since the epoch. */
  readonly until: number
  /** What Mesos said of the first task: it tells more than what it says of those that were dropped with it. */
  readonly told: string
  /** The end of the executor's stderr; undefined until the agent has answered. */
  stderr: string | undefined
}

const keyOf = ({ agentId, executorId }: Executor): string => `${agentId} ${executorId}`

export const failedStarts = (feed: FailureFeed, clock: Clock): FailedStarts => {
  const starts = new Map<string, Start>()
  /** As wait(2) has them. */
  const exits = new Map<string, number>()
  const explained = new Map<string, string>()

  feed.failures$.subscribe(({ agent_id, executor_id, status }) => {
    if (!agent_id || !executor_id || status === undefined) return
    remember(exits, keyOf({ agentId: agent_id.value, executorId: executor_id.value }), status)
  })

  const look = async (executor: Executor, start: Start): Promise<void> => {
    try {
      const tail = await feed.sandboxTail(executor, 'stderr', tailBytes)
      const lines = lastLines(tail)
      start.stderr = lines && `its stderr ends: ${lines}`
    } catch (error) {
      start.stderr = `its sandbox cannot be read (${error instanceof Error ? error.message : error})`
    }
  }

  const startOf = (executor: Executor, told: string): Start => {
    const key = keyOf(executor)
    const known = starts.get(key)
    if (known && clock.now() < known.until) return known
    const failures = (known?.failures ?? 0) + 1
    const start = { failures, until: clock.now() + backoff(failures - 1, pause), told, stderr: undefined }
    remember(starts, key, start)
    void look(executor, start)
    return start
  }

  return {
    explain({ task_id: { value: taskId }, message = '' }, executor) {
      const known = explained.get(taskId)
      if (known !== undefined) return known
      const { told, stderr } = startOf(executor, message)
      if (stderr === undefined) return undefined
      const news = told === message ? '' : told
      const text = [news, exitOf(exits.get(keyOf(executor))), stderr].filter(Boolean).join('; ')
      remember(explained, taskId, text)
      return text
    },
    forget: taskId => void explained.delete(taskId),
    works(executor) {
      if (starts.size > 0) starts.delete(keyOf(executor))
    },
    spares(executor) {
      const start = starts.get(keyOf(executor))
      return start !== undefined && clock.now() < start.until
    },
  }
}

/** The oldest is forgotten when there are too many. */
const remember = <V>(map: Map<string, V>, key: string, value: V): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > memory && oldest !== undefined) map.delete(oldest)
}

/** From a status of wait(2); Mesos has -1 where nothing was started. */
const exitOf = (status: number | undefined): string => {
  if (status === undefined || status <= 0) return ''
  const signal = status & 0x7f
  return signal ? `it was killed by signal ${signal}` : `its exit code is ${status >> 8}`
}

/** What Mesos' fetcher writes on its way, in the manner of glog: `I1123 01:27:46.712605 15371 fetcher.cpp:623] ...`. */
const information = /^I\d{4} \d\d:\d\d:/

/** The last lines that fit, in one line, for events and conditions are read in columns. */
const lastLines = (tail: string): string => {
  const lines = tail.split('\n').map(line => line.trim())
  // The first one may have been cut through.
  const whole = Buffer.byteLength(tail) >= tailBytes ? lines.slice(1) : lines
  const telling = whole.filter(line => line && !information.test(line))
  const fitting = telling.filter((_, at) => telling.slice(at).join(' | ').length <= shownLength)
  return (fitting.length > 0 ? fitting : telling.slice(-1)).join(' | ').slice(-shownLength)
}
