import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { startLocalMesos } from '../mesos/local/index.ts'
import { lockDataDir } from './lock.ts'
import { logFlags, main } from './main.ts'

const program = {
  name: 'mesos-local',
  summary: 'A Mesos master and agents in one process, with the v1 HTTP API of Apache Mesos 1.12.',
  flags: {
    port: { default: 5050, help: 'port of the master; the agents take the next ones; 0 takes free ones' },
    address: { default: '127.0.0.1', help: 'IPv4 address to listen on' },
    agents: { default: 1, help: 'how many agents' },
    work_dir: { default: 'mesos-local', help: 'where everything is kept; a restart goes on from it' },
    resources: {
      default: undefined as string | undefined,
      help: 'resources of each agent (default: those of the machine; ports 31000-31999 for agent 1, 32000-32999 for agent 2, ...)',
      value: '"cpus:8;mem:8192;disk:20000;ports:[31000-31999]"',
    },
    attributes: {
      default: '',
      help: 'attributes of every agent, or, with | between them, of agent 1, 2, ...',
      value: '"rack:r1;zone:z1|rack:r2;zone:z2"',
    },
    fake_executors: {
      default: false,
      help: 'executors only pretend: no processes, no ports, no files; for a thousand agents',
    },
    fake_delay: { default: 0, help: 'from TASK_STARTING to TASK_RUNNING of a pretended task', value: '<ms>' },
    ...logFlags,
  },
} as const

await main(program, async (flags, logger) => {
  const workDir = resolve(flags.work_dir)
  // Before the lock makes it for our eyes only: executors of other users live in it.
  mkdirSync(workDir, { recursive: true })
  const unlock = lockDataDir(workDir, 'work_dir')
  try {
    const choices = flags.attributes.split('|')
    const mesos = await startLocalMesos({
      workDir,
      address: flags.address,
      masterPort: flags.port,
      agents: flags.agents,
      ...(flags.resources !== undefined && { resources: flags.resources }),
      ...(flags.fake_executors && { fakeExecutors: { delay: flags.fake_delay } }),
      attributes: agent => choices[(agent - 1) % choices.length] ?? '',
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
