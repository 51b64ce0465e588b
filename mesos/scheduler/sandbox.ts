import type { Clock } from '../../util/clock.ts'
import type { Codec } from '../protocol/codec.ts'
import { ask, CallRefused, Unauthorized, Unavailable } from '../protocol/http.ts'
import type { AgentCallReadFile, AgentResponseReadFile, URL as AgentUrl } from '../protocol/messages.gen.ts'
import { authorizationOf, type Credentials } from './credentials.ts'

/** One executor on one agent. */
export interface ExecutorPlace {
  readonly agentId: string
  readonly executorId: string
}

interface SandboxOptions {
  /** Where the agent answers, as its offers say. */
  readonly agent: AgentUrl
  /** Where agents ask who reads. */
  readonly credentials?: Credentials | undefined
  readonly frameworkId: string
  readonly executorId: string
  readonly codec: Codec
  readonly clock: Clock
}

/** An agent that is slower than this is not waited for, milliseconds. */
const patience = 2_000

/**
 * The last `bytes` of a file in the sandbox of the executor's latest run, which the agent keeps for a while after the
 * executor's end. Agents take the path below without telling where their work_dir is. '' where there is no such
 * file. Rejects with Unavailable or Unauthorized, after two seconds in any case.
 */
export const sandboxTail = async (
  { agent, credentials, frameworkId, executorId, codec, clock }: SandboxOptions,
  file: 'stdout' | 'stderr',
  bytes: number,
): Promise<string> => {
  const path = `/frameworks/${frameworkId}/executors/${executorId}/runs/latest/${file}`
  const late = new AbortController()
  const cancel = clock.after(patience, () => late.abort(new Unavailable('the agent is slow to answer')))
  const endpoint = {
    url: new URL('/api/v1', baseOf(agent)),
    codec,
    callType: 'mesos.v1.agent.Call',
    headers: authorizationOf(credentials),
  } as const
  const read = async (part: Omit<AgentCallReadFile, 'path'>): Promise<AgentResponseReadFile> => {
    const call = { type: 'READ_FILE', read_file: { path, ...part } } as const
    const { read_file } = await ask(endpoint, call, 'mesos.v1.agent.Response', late.signal)
    return read_file ?? { size: 0, data: '' }
  }
  try {
    // Nothing of it tells how long it is.
    const { size } = await read({ offset: 0, length: 0 })
    const { data } = await read({ offset: Math.max(0, size - bytes), length: bytes })
    return Buffer.from(data, 'base64').toString()
  } catch (error) {
    if (error instanceof CallRefused) return ''
    if (error instanceof Unauthorized) {
      const remedy = credentials ? 'check the credentials for agents' : 'it wants credentials for agents'
      throw new Unauthorized(`${error.message}; ${remedy}`, { cause: error })
    }
    throw error
  } finally {
    cancel()
  }
}

/** Agents need not be known to our name service; certificates are for names. */
const baseOf = ({ scheme, address: { hostname, ip, port } }: AgentUrl): string =>
  `${scheme}://${(scheme === 'https' ? hostname : ip) ?? hostname ?? ip}:${port}`
