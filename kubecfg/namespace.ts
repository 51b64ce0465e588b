import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Failure } from './failure.ts'
import type { Flags } from './flags.ts'
import type { Io } from './io.ts'

/** Where the chosen namespace is kept between calls, as `{"Namespace":"default"}`. */
const fileOf = (flags: Flags, { env }: Io): string =>
  flags.ns_file || join(env.HOME || homedir(), '.kubernetes_ns')

/** The chosen namespace; `default` where none was chosen. */
const loadNamespace = (flags: Flags, io: Io): string => {
  const file = fileOf(flags, io)
  if (!existsSync(file)) return 'default'
  try {
    const { Namespace } = JSON.parse(readFileSync(file, 'utf8')) as { Namespace?: unknown }
    if (typeof Namespace === 'string' && Namespace) return Namespace
  } catch (cause) {
    throw new Failure(`Error loading current namespace: ${file}: ${(cause as Error).message}`, { cause })
  }
  throw new Failure(
    `Error loading current namespace: ${file} names none; choose one with: kubecfg ns <namespace>`,
  )
}

/** The namespace of this call: -ns, or the chosen one. */
export const namespaceOf = (flags: Flags, io: Io): string => flags.ns || loadNamespace(flags, io)

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** `ns` tells the chosen namespace, `ns <namespace>` chooses. */
export const chooseNamespace = (operands: readonly string[], flags: Flags, io: Io): void => {
  const [chosen, ...more] = operands
  if (more.length > 0) throw new Failure('usage: kubecfg ns [<namespace>]')
  if (chosen !== undefined) {
    if (!label.test(chosen)) throw new Failure(`Error: namespace ${chosen} is not a valid DNS Label`)
    writeFileSync(fileOf(flags, io), JSON.stringify({ Namespace: chosen }), { mode: 0o600 })
  }
  io.stdout(`Using namespace ${chosen ?? loadNamespace(flags, io)}\n`)
}
