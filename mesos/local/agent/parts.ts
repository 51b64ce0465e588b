import { join } from 'node:path'
import type { Logger } from '../../../util/logger.ts'
import { type Journal, openJournal } from '../journal.ts'
import { memoryJournal } from '../memory-journal.ts'
import type { Containers } from './containers.ts'
import { type Endpoint, httpEndpoint, noEndpoint } from './endpoint.ts'
import { fakeContainers } from './fake-containers.ts'
import { fetcher } from './fetcher.ts'
import { processContainers } from './process-containers.ts'

/** What one life of an agent stands on. */
export interface AgentParts {
  readonly journal: Journal
  readonly containers: Containers
  readonly endpoint: Endpoint
}

interface RealOptions {
  readonly workDir: string
  readonly address: string
  /** The port to take when none is remembered; 0 stands for any. */
  readonly port: number
  readonly logger: Logger
}

/** Files, processes and a port. */
export const realParts = async ({ workDir, ...listening }: RealOptions): Promise<AgentParts> => {
  const journal = openJournal(join(workDir, 'journal'))
  return {
    journal,
    containers: processContainers(fetcher(join(workDir, 'cache'))),
    endpoint: await httpEndpoint({ ...listening, journal }),
  }
}

/** None of these: each life of the agent finds in memory what the one before has left there. */
export const fakeParts = (executors: { readonly delay: number }): (() => Promise<AgentParts>) => {
  const parts = { journal: memoryJournal(), containers: fakeContainers(executors), endpoint: noEndpoint }
  return async () => parts
}
