import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'
import { podOf, shell } from './pod-fixture.ts'
import { alive, processesIn, watchdogOf } from './processes.ts'
import { ScriptedAgent } from './scripted-agent.ts'

interface Context {
  sandbox: string
  agent: ScriptedAgent
  executor: ChildProcess | undefined
}

const test = suite<Context>('executor process')

const root = tempDir('executors')
const recorded = JSON.parse(readFileSync('test/fixtures/mesos/executor/executor-side.json', 'utf8'))[0].env
let count = 0

test.before.each(async context => {
  context.sandbox = join(root, String(count++))
  mkdirSync(context.sandbox)
  context.agent = new ScriptedAgent()
  await context.agent.start()
})

test.after.each(async ({ agent, executor, sandbox }) => {
  if (executor && executor.exitCode === null && executor.signalCode === null) {
    executor.kill('SIGKILL')
    await once(executor, 'exit')
  }
  await agent.stop()
  // Only where the test has failed.
  for (const pid of processesIn(sandbox)) process.kill(pid, 'SIGKILL')
})

/** Starts the program as an agent would, and waits until it has subscribed. */
const start = async (
  context: Context,
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = ['-v=2'],
): Promise<ChildProcess> => {
  const { agent, sandbox } = context
  const executor = spawn(process.execPath, ['--import', 'tsx', 'bin/kubernetes-executor.ts', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...recorded,
      PATH: process.env.PATH,
      MESOS_AGENT_ENDPOINT: agent.endpoint,
      MESOS_SANDBOX: sandbox,
      ...env,
    },
  })
  context.executor = executor
  // Somebody must read it, or it fills up.
  executor.stderr?.resume()
  await eventually('subscribed', () => agent.subscriptions.length > 0)
  return executor
}

/** A container that tells its process id and that of a child which ignores signals, and runs for long. */
const sleeper = () => shell('(trap "" TERM HUP; sleep 1000) & echo $! > pids; echo $$$$ >> pids; wait')

/** The processes of the pod, when it runs. */
const processesOf = ({ sandbox }: Context, uid = 'u-1') =>
  eventually('it is up', () => {
    const pids = readFileSync(join(sandbox, 'pods', uid, 'main/pids'), 'utf8')
      .trim()
      .split('\n')
      .map(Number)
    return pids.length === 2 && pids.every(alive) ? pids : undefined
  })

const dead = (pids: readonly number[]) => eventually('all are dead', () => !pids.some(alive))

const running = async (context: Context, task = 't') => {
  context.agent.launch(task, podOf([sleeper()]))
  await eventually('it runs', () => context.agent.states(task).includes('TASK_RUNNING'))
  return await processesOf(context)
}

test('kill -9 of the executor takes all containers with it, and the watchdog too', async context => {
  const executor = await start(context)
  const pids = await running(context)
  const watchdog = await eventually('a watchdog', () => watchdogOf(executor.pid ?? 0))
  executor.kill('SIGKILL')
  await dead([...pids, watchdog])
})

test('at any moment: containers that are just being started, too', async context => {
  const { agent, sandbox } = context
  const executor = await start(context)
  const uids = Array.from({ length: 30 }, (_, index) => `u-${index}`)
  for (const uid of uids) agent.launch(uid, podOf([sleeper()], {}, uid))
  await eventually('some run', () => uids.some(uid => agent.states(uid).includes('TASK_RUNNING')))
  executor.kill('SIGKILL')
  await once(executor, 'exit')
  await eventually('all are dead', () => processesIn(sandbox).length === 0)
})

test('even daemons do not get away', async context => {
  const { agent, sandbox } = context
  const executor = await start(context)
  agent.launch('t', podOf([shell('setsid sh -c "echo \\$\\$ > daemon; exec sleep 1000" & exec sleep 1000')]))
  const daemon = await eventually('a daemon', () =>
    Number(readFileSync(join(sandbox, 'pods/u-1/main/daemon'), 'utf8')),
  )
  executor.kill('SIGKILL')
  await dead([daemon])
})

test('also when the watchdog was killed before', async context => {
  const executor = await start(context)
  const pids = await running(context)
  const first = await eventually('a watchdog', () => watchdogOf(executor.pid ?? 0))
  process.kill(first, 'SIGKILL')
  const second = await eventually('a successor', () => {
    const pid = watchdogOf(executor.pid ?? 0)
    return pid !== undefined && pid !== first && pid
  })
  executor.kill('SIGKILL')
  await dead([...pids, second])
})

test('a pod lives through a restart of its agent, and through the loss of the log', async context => {
  const { agent } = context
  const executor = await start(context)
  executor.stderr?.destroy()
  const pids = await running(context)
  await agent.stop()
  executor.kill('SIGHUP')
  await agent.start()
  await eventually('subscribed again', () => agent.subscriptions.length >= 2)
  assert.ok(pids.every(alive))
  agent.kill('t', 0)
  await eventually('killed', () => agent.states('t').at(-1) === 'TASK_KILLED')
  assert.equal(agent.states('t'), ['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING', 'TASK_KILLED'])
  await dead(pids)
})

test('when the recovery timeout is over the pods end, and the executor too', async context => {
  const executor = await start(context, {
    MESOS_RECOVERY_TIMEOUT: '300ms',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '400ms',
  })
  const pids = await running(context)
  const exit = once(executor, 'exit')
  await context.agent.stop()
  await dead(pids)
  assert.equal(await exit, [0, null])
})

test('without checkpointing the pods end with the agent', async context => {
  const executor = await start(context, {
    MESOS_CHECKPOINT: '0',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '400ms',
  })
  const pids = await running(context)
  const exit = once(executor, 'exit')
  await context.agent.stop()
  await dead(pids)
  assert.equal(await exit, [0, null])
})

test('SHUTDOWN ends the pods with a last word, then the executor', async context => {
  const { agent } = context
  const executor = await start(context, { MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '400ms' })
  const pids = await running(context)
  const exit = once(executor, 'exit')
  agent.send({ type: 'SHUTDOWN' })
  assert.equal(await exit, [0, null])
  assert.is(agent.states('t').at(-1), 'TASK_KILLED')
  await dead(pids)
})

test('SIGTERM is a wish to end as well; the token is shown to the agent, but to nobody else', async context => {
  const { agent, sandbox } = context
  const executor = await start(context, { MESOS_EXECUTOR_AUTHENTICATION_TOKEN: 'secret-1' }, ['-v=4'])
  let log = ''
  executor.stderr?.on('data', chunk => (log += chunk))
  assert.is(agent.headers.authorization, 'Bearer secret-1')
  agent.launch('t', podOf([shell('env > seen; exec sleep 1000')]))
  const seen = join(sandbox, 'pods/u-1/main/seen')
  await eventually('it has seen', () => existsSync(seen) && readFileSync(seen, 'utf8').includes('HOME='))
  assert.not.match(readFileSync(seen, 'utf8'), /secret-1|MESOS_SANDBOX/)
  assert.not.match(readFileSync(`/proc/${executor.pid}/cmdline`, 'utf8'), 'secret-1')
  const watchdog = watchdogOf(executor.pid ?? 0)
  assert.not.match(readFileSync(`/proc/${watchdog}/environ`, 'utf8'), 'secret-1')
  agent.refusal = { status: 401, text: 'who are you?' }
  await agent.stop()
  await agent.start()
  await eventually('the refusal is told', () => log.includes('who are you?'))
  agent.refusal = undefined
  const told = log.length
  await eventually('subscribed again', () => log.slice(told).includes('subscribed'))
  const exit = once(executor, 'exit')
  executor.kill('SIGTERM')
  assert.equal(await exit, [0, null])
  assert.is(agent.states('t').at(-1), 'TASK_KILLED')
  assert.not.match(log, 'secret-1')
})

test('outside of Mesos it explains itself', async () => {
  const run = async (...flags: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/kubernetes-executor.ts', ...flags], {
      env: { PATH: process.env.PATH },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
    const [code] = await once(child, 'close')
    return { code, output }
  }
  const { code, output } = await run()
  assert.is(code, 1)
  assert.match(output, /MESOS_AGENT_ENDPOINT is not set: Mesos agents start this program/)
  const help = await run('-h')
  assert.is(help.code, 0)
  assert.match(help.output, 'Usage: kubernetes-executor')
})

test.run()
