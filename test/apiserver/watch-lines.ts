import { once } from 'node:events'
import { type ClientRequest, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type { Pod } from '../../api/kinds/index.ts'
import { eventually } from '../support/eventually.ts'

export interface Line {
  readonly type: string
  readonly object: Pod & { code?: number; reason?: string }
}

export interface LineWatch {
  readonly response: IncomingMessage
  readonly lines: readonly Line[]
  /** Resolves when `count` lines have come. */
  has(count: number): Promise<readonly Line[]>
  /** Resolves with all lines when the server ends the stream. */
  ended(): Promise<readonly Line[]>
  /** The client goes away. */
  cut(): void
}

/** A watch over a connection of its own, as curl would make it. */
export const openWatch = async (url: string, headers: OutgoingHttpHeaders = {}): Promise<LineWatch> => {
  const request: ClientRequest = get(url, { agent: false, headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const lines: Line[] = []
  let rest = ''
  response.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) lines.push(JSON.parse(part))
  })
  // The client's own cut is no failure.
  response.on('error', () => {})
  request.on('error', () => {})
  const end = once(response, 'end')
  end.catch(() => {})
  return {
    response,
    lines,
    has: count =>
      eventually(`${count} lines`, () => lines.length >= count && lines, 5_000) as Promise<readonly Line[]>,
    async ended() {
      await end
      return lines
    },
    cut: () => void request.destroy(),
  }
}

export const told = (lines: readonly Line[]): string[] =>
  lines.map(({ type, object }) => `${type} ${object.metadata?.name ?? object.reason ?? ''}`.trim())
