import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Cluster } from '../support/cluster.ts'
import type { Case, Installation } from './client.ts'

/** Longest time for all cases of a program, milliseconds. */
const timeout = 180_000

/**
 * Cases that a program in another language runs. It gets the server's URL as its last argument and prints a line for
 * each case: `ok <name>`, or `not ok <name>: <why>`. Other lines are of no meaning, and neither is its exit code.
 */
export const reportedCases = (
  names: readonly string[],
  command: (installation: Installation) => readonly string[],
): Case[] => {
  // It is run once for all of its cases.
  const reports = new WeakMap<Cluster, Promise<Report>>()
  const reportOn = (cluster: Cluster, installation: Installation): Promise<Report> => {
    const report = reports.get(cluster) ?? run([...command(installation), cluster.url])
    reports.set(cluster, report)
    return report
  }
  return names.map(name => ({
    name,
    async run(cluster, installation) {
      const { lines, output } = await reportOn(cluster, installation)
      const unlisted = lines.filter(line => !names.some(listed => verdictOn(listed, line)))
      if (unlisted.length > 0) throw new Error(`cases that nobody has listed:\n${unlisted.join('\n')}`)
      const verdict = lines.map(line => verdictOn(name, line)).find(Boolean)
      if (verdict !== 'ok') throw new Error(verdict ?? `it says nothing of this case:\n${output}`)
    },
  }))
}

/** `ok`, or why not; undefined when the line is about another case. */
const verdictOn = (name: string, line: string): string | undefined => {
  if (line === `ok ${name}`) return 'ok'
  const failure = `not ok ${name}: `
  return line.startsWith(failure) ? line.slice(failure.length) : undefined
}

interface Report {
  /** Those about cases. */
  readonly lines: readonly string[]
  readonly output: string
}

const run = async ([command = '', ...args]: readonly string[]): Promise<Report> => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout })
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { lines: stdout.match(/^(not )?ok .*$/gm) ?? [], output: stdout + stderr }
}
