import { agentEnvironment } from '../executor/environment.ts'
import { startExecutor } from '../executor/executor.ts'
import { processRuntime } from '../executor/runtime/process.ts'
import { startWatchdog } from '../executor/runtime/watchdog.ts'
import { systemClock } from '../util/clock.ts'
import { logFlags, main } from './main.ts'

const program = {
  name: 'kubernetes-executor',
  summary:
    'Runs the pods of a Mesos agent. The agent starts it, and tells it everything else by MESOS_* variables.',
  flags: logFlags,
} as const

await main(program, async (_, log) => {
  const agent = agentEnvironment(process.env)
  // The agent may hold the other ends of stdout and stderr, and go away for a while: logs are lost then, pods are not.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('SIGHUP', () => log.verbose(2, 'SIGHUP ignored'))

  const watchdog = startWatchdog(systemClock, log.child({ component: 'watchdog' }))
  const runtime = processRuntime({
    sandbox: agent.sandbox,
    host: {
      ip: agent.hostIP,
      path: process.env.PATH || '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      node: process.execPath,
    },
    watchdog,
    log: log.child({ component: 'runtime' }),
  })
  const session = startExecutor({ agent, runtime, clock: systemClock, log })
  const ended = session.ended.then(({ reason, failed }) => {
    log.info('the executor ends', { reason })
    // Whatever should still run ends with it.
    watchdog.close()
    if (failed) process.exitCode = 1
  })
  return {
    close: async () => {
      session.shutdown('the executor was told to end')
      await ended
    },
  }
})
