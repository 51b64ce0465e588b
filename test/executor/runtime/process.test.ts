import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from 'kubernetes-types/core/v1'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../../api/kinds/pod.ts'
import { processRuntime } from '../../../executor/runtime/process.ts'
import { type ContainerRuntime, CreateContainerConfigError } from '../../../executor/runtime/runtime.ts'
import { startWatchdog, type Watchdog } from '../../../executor/runtime/watchdog.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { podOf, shell } from '../pod-fixture.ts'
import { alive } from '../processes.ts'

interface Context {
  sandbox: string
  watchdog: Watchdog
  runtime: ContainerRuntime
}

const test = suite<Context>('process runtime')

const root = tempDir('sandboxes')
let count = 0

test.before.each(context => {
  context.sandbox = join(root, String(count++))
  mkdirSync(context.sandbox)
  context.watchdog = startWatchdog(systemClock, silent)
  context.runtime = processRuntime({
    sandbox: context.sandbox,
    host: { ip: '127.0.0.1', path: process.env.PATH ?? '', node: process.execPath },
    watchdog: context.watchdog,
    log: silent,
    keep: 1,
  })
})

test.after.each(({ watchdog }) => watchdog.close())

const start = ({ runtime }: Context, container: Container, pod = podOf([container]), restart = 0) =>
  runtime.start(pod, container, restart)

const run = async (context: Context, container: Container, pod?: Pod, restart?: number) =>
  (await start(context, container, pod, restart)).exited

const fileOf = ({ sandbox }: Context, name: string, uid = 'u-1') =>
  readFileSync(join(sandbox, 'pods', uid, 'main', name), 'utf8')

const cannotRun = async (context: Context, container: Container, pod: Pod, message: RegExp) => {
  try {
    await start(context, container, pod)
  } catch (error) {
    assert.instance(error, CreateContainerConfigError)
    assert.match((error as Error).message, message)
    return
  }
  assert.unreachable('the container was started')
}

test('runs the command with its arguments in its own folder; the output is in files', async context => {
  const container: Container = {
    name: 'main',
    image: 'any',
    command: ['/bin/sh', '-c', 'printf "%s|" "$@"; pwd; echo oops >&2'],
    args: ['sh', 'port $(PORT0)', '$$(PORT0)', '$(NONE)', 'it\'s "quoted"'],
    ports: [{ containerPort: 80, hostPort: 31005 }],
  }
  assert.equal(await run(context, container), { exitCode: 0 })
  const folder = join(context.sandbox, 'pods/u-1/main')
  assert.is(fileOf(context, 'stdout'), `port 31005|$(PORT0)|$(NONE)|it's "quoted"|${folder}\n`)
  assert.is(fileOf(context, 'stderr'), 'oops\n')
})

test('the environment is clean, and holds names that a shell does not carry', async context => {
  process.env.MESOS_EXECUTOR_AUTHENTICATION_TOKEN = 'secret'
  const env = [
    { name: 'my.setting', value: 'a b' },
    { name: 'PLAIN', value: 'x=$(my.setting)' },
  ]
  const container: Container = { name: 'main', image: 'any', command: ['env'], env }
  assert.equal(await run(context, container), { exitCode: 0 })
  const names = fileOf(context, 'stdout')
    .trim()
    .split('\n')
    // The shell at the gate adds its own, and Node where coverage is measured.
    .filter(line => !/^(PWD|SHLVL|OLDPWD|_|NODE_V8_COVERAGE)=/.test(line))
    // Begins with a number that is new with every executor.
    .map(line => line.replace(/^(KUBERNETES_MESOS_CONTAINER=)[^/]+/, '$1...'))
    .sort()
  assert.equal(names, [
    `HOME=${join(context.sandbox, 'pods/u-1/main')}`,
    'HOSTNAME=pod-u-1',
    'KUBERNETES_MESOS_CONTAINER=.../u-1/main',
    `KUBERNETES_MESOS_NODE=${process.execPath}`,
    `PATH=${process.env.PATH}`,
    'PLAIN=x=a b',
    'my.setting=a b',
  ])
})

test('the command does not have the gate open', async context => {
  assert.equal(await run(context, shell('readlink /proc/self/fd/3')), { exitCode: 1 })
  assert.is(fileOf(context, 'stdout'), '')
})

test('exit codes and signals are told apart', async context => {
  assert.equal(await run(context, shell('exit 3')), { exitCode: 3 })
  assert.equal(await run(context, shell('kill -SEGV $$$$')), { exitCode: 139, signal: 11 })
  assert.equal(await run(context, shell('exit 127')), { exitCode: 127 })
  assert.equal(await run(context, shell('no-such-command-inside')), { exitCode: 127 })
})

test('a command that cannot be executed is named', async context => {
  const broken = join(context.sandbox, 'not-executable')
  writeFileSync(broken, 'text')
  const exit = async (command: string) =>
    await run(context, { name: 'main', image: 'any', command: [command] })
  assert.equal(await exit('no-such-command'), {
    exitCode: 127,
    reason: 'StartError',
    message: 'cannot execute "no-such-command": not found',
  })
  const refused = await exit(broken)
  assert.is(refused.exitCode, 126)
  assert.is(refused.reason, 'StartError')
  assert.match(refused.message ?? '', `cannot execute "${broken}": `)
})

test("a working directory is the host's own; a missing one is a start that failed", async context => {
  mkdirSync(join(context.sandbox, 'elsewhere'))
  await run(context, shell('pwd', { workingDir: join(context.sandbox, 'elsewhere') }))
  assert.is(fileOf(context, 'stdout'), `${join(context.sandbox, 'elsewhere')}\n`)
  try {
    await start(context, shell('pwd', { workingDir: '/no/such/folder' }))
    assert.unreachable('it started')
  } catch (error) {
    assert.match((error as Error).message, 'no process could be started in /no/such/folder')
  }
})

test('the output of the run before is kept', async context => {
  for (const restart of [0, 1, 2]) await run(context, shell(`echo run ${restart}`), undefined, restart)
  assert.is(fileOf(context, 'stdout'), 'run 2\n')
  assert.is(fileOf(context, 'stdout.1'), 'run 1\n')
})

test('SIGTERM reaches the whole group; a container may ignore it, but not SIGKILL', async context => {
  const polite = await start(context, shell('trap "exit 7" TERM; echo up; while :; do sleep 0.05; done'))
  await eventually('it is up', () => fileOf(context, 'stdout') === 'up\n')
  polite.kill('SIGTERM')
  assert.equal(await polite.exited, { exitCode: 7 })

  const deaf = await start(
    context,
    shell('trap "echo no" TERM; echo up; while :; do sleep 0.05; done'),
    undefined,
    1,
  )
  await eventually('it is up', () => fileOf(context, 'stdout') === 'up\n')
  deaf.kill('SIGTERM')
  await eventually('it says no', () => fileOf(context, 'stdout') === 'up\nno\n')
  deaf.kill('SIGKILL')
  assert.equal(await deaf.exited, { exitCode: 137, signal: 9 })
  deaf.kill('SIGKILL')
})

test('what a container leaves behind ends with it', async context => {
  const container = await start(context, shell('trap "" TERM; sleep 1000 & echo $!; exit 0'))
  assert.equal(await container.exited, { exitCode: 0 })
  const grandchild = Number(fileOf(context, 'stdout'))
  assert.ok(grandchild > 1)
  await eventually('the grandchild is dead', () => !alive(grandchild))
})

test('what a container leaves in a session of its own ends with it as well', async context => {
  const script =
    'setsid sh -c "echo \\$\\$ > daemon; exec sleep 1000" & while [ ! -s daemon ]; do sleep 0.02; done'
  const container = await start(context, shell(script))
  assert.equal(await container.exited, { exitCode: 0 })
  const daemon = Number(fileOf(context, 'daemon'))
  assert.ok(daemon > 1)
  await eventually('the daemon is dead', () => !alive(daemon))
})

test('the end of the watchdog, as that of the executor, ends every container', async context => {
  const container = await start(context, shell('sleep 1000 & echo $!; wait'))
  const grandchild = Number(await eventually('it is up', () => fileOf(context, 'stdout') || undefined))
  context.watchdog.close()
  assert.equal(await container.exited, { exitCode: 137, signal: 9 })
  await eventually('the grandchild is dead', () => !alive(grandchild))
})

test('without a watchdog nothing runs', async context => {
  const pod = podOf([shell('echo ran')])
  const deaf: Watchdog = {
    mark: 'none',
    add: () => Promise.reject(new Error('no watchdog')),
    remove() {},
    close() {},
  }
  const host = { ip: '127.0.0.1', path: process.env.PATH ?? '', node: process.execPath }
  const runtime = processRuntime({ sandbox: context.sandbox, host, watchdog: deaf, log: silent })
  try {
    await start({ ...context, runtime }, shell('echo ran'), pod)
    assert.unreachable('it started')
  } catch (error) {
    assert.match((error as Error).message, 'no watchdog')
  }
  assert.is(fileOf(context, 'stdout'), '')
})

test('emptyDir is shared by the containers of a pod and gone with it; hostPath is a link', async context => {
  writeFileSync(join(context.sandbox, 'file'), 'from the host')
  const volumeMounts = [
    { name: 'scratch', mountPath: 'deep/data' },
    { name: 'host', mountPath: './host' },
  ]
  const writer = shell('echo shared > deep/data/x; cat host/file', { name: 'main', volumeMounts })
  const reader = shell('cat data/x', {
    name: 'reader',
    volumeMounts: [{ name: 'scratch', mountPath: 'data' }],
  })
  const pod = podOf([writer, reader], {
    volumes: [
      { name: 'scratch', emptyDir: {} },
      { name: 'host', hostPath: { path: context.sandbox } },
    ],
  })
  assert.equal(await run(context, writer, pod), { exitCode: 0 })
  assert.is(fileOf(context, 'stdout'), 'from the host')
  assert.equal(await run(context, reader, pod), { exitCode: 0 })
  const folder = join(context.sandbox, 'pods/u-1')
  assert.is(readFileSync(join(folder, 'reader/stdout'), 'utf8'), 'shared\n')
  // A restart finds the links of the run before in its way.
  assert.equal(await run(context, writer, pod, 1), { exitCode: 0 })
  const volume = readlinkSync(join(folder, 'main/deep/data'))
  await context.runtime.release(pod)
  assert.not.ok(existsSync(volume))
  assert.ok(existsSync(join(context.sandbox, 'file')))
  assert.ok(existsSync(join(folder, 'reader/stdout')))
})

test('the folders of pods that ended long ago go', async context => {
  for (const uid of ['a', 'b']) {
    const pod = podOf([shell('echo hi')], {}, uid)
    await run(context, shell('echo hi'), pod)
    await context.runtime.release(pod)
  }
  assert.not.ok(existsSync(join(context.sandbox, 'pods/a')))
  assert.is(fileOf(context, 'stdout', 'b'), 'hi\n')
})

test('what needs a container engine is refused, with what to do instead', async context => {
  const refused = (container: Container, message: RegExp, spec: Partial<Pod['spec']> = {}) =>
    cannotRun(context, container, podOf([container], spec), message)
  const mount = (mountPath: string, name = 'v') => ({ volumeMounts: [{ name, mountPath }] })
  const volumes = [
    { name: 'v', emptyDir: {} },
    { name: 's', secret: { secretName: 's' } },
  ]
  await refused({ name: 'main', image: 'nginx' }, /no command.*"nginx".*give the pod a command/)
  await refused(shell('', mount('/data')), /volume "v" at \/data .* relative/, { volumes })
  await refused(shell('', mount('../x')), /volume "v" at \.\.\/x /, { volumes })
  await refused(shell('', mount('x', 's')), /volume "s" is of type secret/, { volumes })
  await refused(shell('', mount('x', 'none')), /volume "none" does not exist/, { volumes })
  await refused(shell('', { securityContext: { runAsUser: 4711 } }), /runAsUser 4711/)
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }]
  await refused(shell('', { env }), /container "main".* A .*configMapKeyRef/)
})

test.run()
