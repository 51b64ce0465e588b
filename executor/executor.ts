import { jsonCodec } from '../mesos/protocol/json-codec.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import type { AgentEnvironment } from './environment.ts'
import { createPods } from './pods/pods.ts'
import type { ContainerRuntime } from './runtime/runtime.ts'
import { openSession, type Session } from './session/session.ts'

interface ExecutorOptions {
  readonly agent: AgentEnvironment
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly log: Logger
}

/** The Mesos executor that is the kubelet: what the agent asks for becomes pods, what becomes of them status updates. */
export const startExecutor = ({ agent, runtime, clock, log }: ExecutorOptions): Session => {
  const pods = createPods({
    executorId: agent.executorId,
    hostIP: agent.hostIP,
    runtime,
    clock,
    log: log.child({ component: 'pods' }),
    // Nothing is reported before the session hands out the first task.
    report: status => session.report(status),
  })
  const session = openSession({
    config: { ...agent, random: Math.random },
    endpoint: {
      url: agent.endpoint,
      codec: jsonCodec,
      callType: 'mesos.v1.executor.Call',
      headers: agent.token === undefined ? {} : { authorization: `Bearer ${agent.token}` },
    },
    handler: pods,
    clock,
    log: log.child({ component: 'session' }),
  })
  return session
}
