import { mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Election, parseCredentials, startLocalMesos } from '../mesos/local/index.ts'
import { MalformedMasters, parseMasters } from '../mesos/scheduler/detection/parse-masters.ts'
import type { Logger } from '../util/logger.ts'
import { lockDataDir } from './lock.ts'
import { logFlags, main } from './main.ts'

const program = {
  name: 'mesos-local',
  summary: 'A Mesos master and agents in one process, with the v1 HTTP API of Apache Mesos 1.12.',
  flags: {
    port: {
      default: 5050,
      help: 'port of the master; other masters and the agents take the next ones; 0 takes free ones',
    },
    address: { default: '127.0.0.1', help: 'IPv4 address to listen on' },
    masters: { default: 1, help: 'how many masters; one leads, the others send everybody to it' },
    zk: {
      default: undefined as string | undefined,
      help: 'where the masters elect their leader (default: among themselves)',
      value: 'zk://host:port,host:port/path',
    },
    agents: { default: 1, help: 'how many agents' },
    work_dir: { default: 'mesos-local', help: 'where everything is kept; a restart goes on from it' },
    resources: {
      default: undefined as string | undefined,
      help: 'resources of each agent (default: those of the machine; ports 31000-31999 for agent 1, 32000-32999 for agent 2, ...)',
      value: '"cpus:8;cpus(role):2;mem:8192;disk:20000;ports:[31000-31999]"',
    },
    attributes: {
      default: '',
      help: 'attributes of every agent, or, with | between them, of agent 1, 2, ...',
      value: '"rack:r1;zone:z1|rack:r2;zone:z2"',
    },
    revocable_resources: {
      default: '',
      help: 'more resources of each agent, that it may take back at any time',
    },
    domain: {
      default: '',
      help: 'fault domain of every agent, or of agent 1, 2, ...; the master is in the region of agent 1',
      value: '"us/a|us/b|eu/a"',
    },
    min_allocatable_resources: {
      default: 'cpus:0.01|mem:32',
      help: 'what an offer has at least, one of these',
    },
    offer_timeout: { default: 0, help: 'seconds after which an unused offer is rescinded; 0 is never' },
    credentials: {
      default: undefined as string | undefined,
      help: 'file of the principals and secrets that frameworks must have one of, in JSON as Mesos has it',
    },
    jwt_secret_key: {
      default: undefined as string | undefined,
      help: 'file with a secret: executors must show tokens that are signed with it',
      value: 'file',
    },
    http_credentials: {
      default: undefined as string | undefined,
      help: 'file like that of -credentials: who may read the files of sandboxes',
      value: 'file',
    },
    fake_executors: {
      default: false,
      help: 'executors only pretend: no processes, no ports, no files; for a thousand agents',
    },
    fake_delay: { default: 0, help: 'from TASK_STARTING to TASK_RUNNING of a pretended task', value: '<ms>' },
    ...logFlags,
  },
} as const

/** Throws MalformedMasters. */
const electionIn = async (text: string, logger: Logger): Promise<Election> => {
  const place = parseMasters(text)
  if (place.type !== 'zookeeper')
    throw new MalformedMasters(`-zk=${text}: write zk://host:port,host:port/path`)
  // Loaded only where it is needed.
  const { zooKeeperElection } = await import('../mesos/local/zookeeper-election.ts')
  return zooKeeperElection({ ...place, logger })
}

await main(program, async (flags, logger) => {
  const workDir = resolve(flags.work_dir)
  // Before the lock makes it for our eyes only: executors of other users live in it.
  mkdirSync(workDir, { recursive: true })
  const unlock = lockDataDir(workDir, 'work_dir')
  try {
    const perAgent = (text: string) => {
      const choices = text.split('|')
      return (agent: number) => choices[(agent - 1) % choices.length] ?? ''
    }
    const mesos = await startLocalMesos({
      workDir,
      address: flags.address,
      masterPort: flags.port,
      masters: flags.masters,
      ...(flags.zk !== undefined && { election: await electionIn(flags.zk, logger) }),
      agents: flags.agents,
      ...(flags.credentials !== undefined && {
        credentials: parseCredentials(readFileSync(flags.credentials, 'utf8')),
      }),
      ...(flags.http_credentials !== undefined && {
        readers: parseCredentials(readFileSync(flags.http_credentials, 'utf8')),
      }),
      ...(flags.jwt_secret_key !== undefined && {
        executorSecret: readFileSync(flags.jwt_secret_key, 'utf8'),
      }),
      ...(flags.resources !== undefined && { resources: flags.resources }),
      ...(flags.fake_executors && { fakeExecutors: { delay: flags.fake_delay } }),
      attributes: perAgent(flags.attributes),
      domain: perAgent(flags.domain),
      revocableResources: flags.revocable_resources,
      minAllocatableResources: flags.min_allocatable_resources,
      ...(flags.offer_timeout > 0 && { offerTimeout: flags.offer_timeout * 1000 }),
      logger,
    })
    process.stdout.write(`${mesos.masterUrl}\n`)
    return {
      close: async () => {
        await mesos.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
})
