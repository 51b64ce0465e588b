import { remove, resize, runController } from './commands/controllers.ts'
import { isVerb, objectCommand } from './commands/objects.ts'
import { rollingUpdate } from './commands/rolling-update.ts'
import { Failure, logLine } from './failure.ts'
import { type Flags, parse, UsageError, usage } from './flags.ts'
import type { Io } from './io.ts'
import { chooseNamespace } from './namespace.ts'
import { RequestError, type Server, serverOf } from './server.ts'

type Command = (operands: readonly string[], server: Server, flags: Flags, io: Io) => Promise<void>

/** The commands about controllers take exactly these operands. */
const controllerCommand =
  (count: number, usage: string, command: Command): Command =>
  async (operands, ...rest) => {
    if (operands.length !== count) throw new Failure(`usage: kubecfg [OPTIONS] ${usage}`)
    try {
      await command(operands, ...rest)
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause
      throw new Failure(`Error: ${cause.message}`, { cause })
    }
  }

const one = 'stop|rm|rollingupdate <controller>'

const commands: Readonly<Record<string, Command>> = {
  run: controllerCommand(3, 'run <image> <replicas> <controller>', runController),
  resize: controllerCommand(2, 'resize <controller> <replicas>', ([name = '', replicas = ''], ...rest) =>
    resize(name, replicas, ...rest),
  ),
  stop: controllerCommand(1, one, ([name = ''], ...rest) => resize(name, '0', ...rest)),
  rm: controllerCommand(1, one, ([name = ''], ...rest) => remove(name, ...rest)),
  rollingupdate: controllerCommand(1, one, ([name = ''], ...rest) => rollingUpdate(name, ...rest)),
  ns: async (operands, _server, flags, io) => chooseNamespace(operands, flags, io),
}

const serverVersion = async (server: Server): Promise<string> => {
  try {
    return await server.version()
  } catch (cause) {
    throw new Failure(`Couldn't read version from server: ${(cause as Error).message}`, {
      cause,
      exitCode: 1,
    })
  }
}

const run = async (argv: readonly string[], io: Io): Promise<number> => {
  const { flags, operands, help } = parse(argv)
  if (help) {
    io.stdout(usage())
    return 0
  }
  if (flags.version) {
    io.stdout(`Kubernetes on Mesos v${io.version}\n`)
    return 0
  }
  const server = serverOf(flags.h, io)
  if (flags.server_version) {
    io.stdout(`Server: Kubernetes ${await serverVersion(server)}\n`)
    return 0
  }
  const [method, ...rest] = operands
  if (method === undefined) {
    io.stderr(usage())
    return 1
  }
  const command = Object.hasOwn(commands, method) ? commands[method] : undefined
  if (command) await command(rest, server, flags, io)
  else if (isVerb(method)) await objectCommand(method, rest, server, flags, io)
  else throw new Failure(`Unknown command ${method}`)
  return 0
}

/** Runs kubecfg, and answers its exit code: 0, 1 and 2 for a wrong use, 255 for a failure, as the original's. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    return await run(argv, io)
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`${error.message}\n`)
      return 2
    }
    if (!(error instanceof Failure)) throw error
    io.stderr(logLine('F', error.message, new Date(io.clock.now())))
    return error.exitCode
  }
}
