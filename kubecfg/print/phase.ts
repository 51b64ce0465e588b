import type { Json } from '../server.ts'

const phases: Readonly<Record<string, string>> = { Waiting: 'Pending', Terminated: 'Failed' }

interface State {
  readonly status?: string
  readonly info?: Readonly<Record<string, { readonly State?: { readonly ExitCode?: number } }>>
}

/** The phase behind a pod's status of 2014; what has ended well is told by the exit codes alone. */
export const phaseOf = (currentState: Json): string => {
  const { status = '', info = {} } = currentState as State
  const { net: _, ...containers } = info
  const ends = Object.values(containers)
  const well = ends.length > 0 && ends.every(({ State }) => State?.ExitCode === 0)
  return status === 'Terminated' && well ? 'Succeeded' : (phases[status] ?? status)
}
