import type { Clock } from '../util/clock.ts'

/** What the command line touches of the world. */
export interface Io {
  stdout(text: string): void
  stderr(text: string): void
  /** All of the standard input. */
  stdin(): Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Of this program. */
  readonly version: string
}
