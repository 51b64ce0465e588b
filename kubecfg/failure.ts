/** The command has failed; the message is what the user is told. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** 255 as the original's, whose failures were all fatal log lines. */
  readonly exitCode: number

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options)
    this.exitCode = options.exitCode ?? 255
  }
}

const pad = (number: number, width: number): string => String(number).padStart(width, '0')

/** A line in the style of the original's log: `F1122 07:25:08.766000   20391 kubecfg] message`. */
export const logLine = (severity: 'F' | 'I', message: string, now: Date, pid = process.pid): string => {
  const day = `${pad(now.getMonth() + 1, 2)}${pad(now.getDate(), 2)}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(part => pad(part, 2)).join(':')
  const micros = pad(now.getMilliseconds() * 1000, 6)
  return `${severity}${day} ${time}.${micros} ${String(pid).padStart(7)} kubecfg] ${message}\n`
}
