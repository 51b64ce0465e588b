import { readFileSync } from 'node:fs'
import { recordDecoder } from '../../../mesos/protocol/recordio.ts'

const fixture = (path: string): URL => new URL(`../../fixtures/mesos/${path}`, import.meta.url)

/** One line of a recorded exchange: a call with its answer, or an event of a stream. */
interface Exchange {
  readonly ms: number
  readonly call?: Record<string, unknown>
  readonly subscribe?: Record<string, unknown>
  readonly status?: number
  readonly body?: string
  readonly stream?: string
  readonly event?: Record<string, unknown>
}

export const exchanges = (path: string): readonly Exchange[] =>
  JSON.parse(readFileSync(fixture(path), 'utf8'))

/** The raw body of a recorded stream. */
export const recordedBytes = (path: string): Uint8Array => readFileSync(fixture(path))

export const recordsOf = (bytes: Uint8Array): Uint8Array[] => {
  const decoder = recordDecoder({ maxBytes: 1 << 20 })
  const records = [...decoder.push(bytes)]
  decoder.end()
  return records
}

/** The JSON bodies with which a master answered calls of its operator API. */
export const operatorAnswers = (): readonly object[] => {
  const recorded: { exchanges: { request: { url: string }; response: { status: number; body: object } }[] } =
    JSON.parse(readFileSync(fixture('operator/exchange.json'), 'utf8'))
  return recorded.exchanges
    .filter(({ request, response }) => request.url === '127.0.0.1:5050/api/v1' && response.status === 200)
    .map(({ response }) => response.body)
}
