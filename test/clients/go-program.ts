import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from './client.ts'
import { reportedCases } from './reported-cases.ts'

interface GoProgram {
  /** The folder of its sources, beside this file. */
  readonly folder: string
  /** What it is a test of: a module of its go.mod, whose version counts. */
  readonly module: string
  /** Where the environment says that it has been built. */
  readonly binary: string | undefined
  readonly cases: readonly string[]
}

/** A program of ours in Go, which has to be built first: `Go: <folder>`. */
export const goProgram = ({ folder, module, binary, cases }: GoProgram): Client => ({
  name: `Go: ${folder}`,
  cases: reportedCases(cases, ({ path }) => [path]),
  installations() {
    if (!binary) return []
    const required = readFileSync(join(import.meta.dirname, folder, 'go.mod'), 'utf8').split('\n')
    const [line = ''] = required.filter(each => each.includes(`${module} v`))
    return [{ version: line.slice(line.indexOf(' v') + 2).split(' ', 1)[0] ?? '', path: binary }]
  },
})
