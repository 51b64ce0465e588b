// The contract of a Mesos, run on the one that is named: npm run test:mesos -- -mesos_master=host:port
import { userInfo } from 'node:os'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { parseFlags, UsageError, usage } from '../../../util/flags.ts'
import { silent } from '../../../util/logger.ts'
import { tempDir } from '../../support/temp.ts'
import { mesosContract } from './contract.ts'
import { serveExecutor } from './served-executor.ts'

const program = {
  name: 'npm run test:mesos --',
  summary:
    'Checks that a Mesos behaves as this project expects it to. It needs two agents with 1 CPU free on each.',
  flags: {
    mesos_master: {
      default: undefined as string | undefined,
      help: 'its leading master; left out: an embedded Mesos',
      value: 'host:port',
    },
    address: {
      default: '127.0.0.1',
      help: 'our address, from which the agents fetch the executor of the tests',
    },
    operator: {
      default: false,
      help: 'drain agents and schedule maintenance as well: on a Mesos that nobody else uses',
    },
    mesos_user: { default: userInfo().username, help: 'user that the executors run as' },
  },
} as const

const run = async ({
  mesos_master,
  address,
  mesos_user: user,
  operator,
}: ReturnType<typeof parse>['flags']) => {
  const executor = await serveExecutor(address)
  const embedded = mesos_master
    ? undefined
    : await startLocalMesos({
        workDir: tempDir('mesos'),
        agents: 2,
        resources: 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
        logger: silent,
      })
  const masterUrl = embedded?.masterUrl ?? `http://${mesos_master}`
  const options = { masterUrl, user, operator: operator || !mesos_master, executor: executor.info }
  mesosContract(`${masterUrl}, JSON`, { ...options, codec: jsonCodec }).run()
  const last = mesosContract(`${masterUrl}, protobuf`, { ...options, codec: protobufCodec })
  last.after(async () => {
    await embedded?.close()
    await executor.close()
  })
  last.run()
}
const parse = (argv: readonly string[]) => parseFlags(program, argv)

try {
  const { flags, help } = parse(process.argv.slice(2))
  if (help) process.stdout.write(usage(program))
  else await run(flags)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
