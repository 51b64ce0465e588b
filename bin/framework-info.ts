import { hostname } from 'node:os'
import type { FrameworkInfo } from '../mesos/protocol/messages.gen.ts'
import type { MesosOptions } from './mesos-flags.ts'

/** What the framework tells Mesos of itself; `url` is where its API is. */
export const frameworkInfo = (mesos: MesosOptions, url: string): FrameworkInfo => ({
  user: mesos.user,
  name: mesos.frameworkName,
  roles: mesos.roles,
  failover_timeout: mesos.failoverTimeout,
  ...(mesos.credentials && { principal: mesos.credentials.principal }),
  // Agents that restart find the executors again.
  checkpoint: true,
  hostname: hostname(),
  webui_url: mesos.frameworkWebUri ?? url,
  capabilities: [
    { type: 'MULTI_ROLE' },
    { type: 'PARTITION_AWARE' },
    { type: 'TASK_KILLING_STATE' },
    { type: 'RESERVATION_REFINEMENT' },
    { type: 'REGION_AWARE' },
    // Whoever has it is offered the machines with GPUs for pods without one, too: only when an operator says so.
    ...(mesos.gpus ? [{ type: 'GPU_RESOURCES' } as const] : []),
  ],
})
