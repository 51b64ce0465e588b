import { statfsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

const MiB = 2 ** 20

/** Left to everything that is not under Mesos, as its agents leave it. */
const spareMem = 1024
const spareDisk = 5 * 1024
/** Small machines pretend: what runs on them is for trying out, and mostly idle. */
const leastCpus = 4

/** Agents on one machine share its ports: agent 1 has 31000-31999, agent 2 the thousand after it, ... */
const portsOf = (agent: number): string => `[${30_000 + agent * 1000}-${30_999 + agent * 1000}]`

/** What agent `agent` (1 is the first) offers when nobody says it: all of the machine, in Mesos' syntax. */
export const machineResources = (workDir: string, agent: number): string => {
  const cpus = Math.max(leastCpus, availableParallelism())
  const mem = Math.floor(totalmem() / MiB)
  const { bavail, bsize } = statfsSync(workDir)
  const disk = Math.floor((bavail * bsize) / MiB)
  const atLeastHalf = (total: number, spare: number) => Math.max(total - spare, Math.floor(total / 2))
  return `cpus:${cpus};mem:${atLeastHalf(mem, spareMem)};disk:${atLeastHalf(disk, spareDisk)};ports:${portsOf(agent)}`
}
