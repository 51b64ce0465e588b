import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import type { Event, Stream } from '../support/watch-validators.ts'

export interface FollowerOptions {
  readonly name: string
  /** Where the pods are at present; the server may come back elsewhere. */
  readonly url: () => string
  /** Selectors, as in `labelSelector=colour%3Dred`. */
  readonly query?: string
  readonly selects?: Stream['selects']
  /** It cuts its connection after so many events. */
  readonly cutAfter?: number
}

/** A client that lists and watches for ever, in the manner of client-go, and records what it is told. */
export interface Follower {
  /** One for each connection. */
  readonly streams: readonly Stream[]
  /** How often it was told to list anew. */
  readonly expired: number
  /** Leaves its connection, and comes back to where it was when `resume` is called. */
  pause(): void
  /** Stops reading, with the connection open. */
  freeze(): void
  resume(): void
  stop(): Promise<void>
}

type Line = { readonly type: Event['type'] | 'ERROR'; readonly object: Pod & { readonly code?: number } }

/** What a write leaves in an object, for the validators. */
export const textOf = ({ metadata }: Pick<Draft<Pod>, 'metadata'>): string =>
  `${metadata.annotations?.n} ${metadata.labels?.colour}`

const eventOf = ({ type, object }: Line): Event => {
  const { name = '', resourceVersion } = object.metadata
  const bookmark = type === 'BOOKMARK'
  return {
    type: type as Event['type'],
    revision: Number(resourceVersion),
    key: bookmark ? '' : name,
    value: bookmark ? '' : textOf(object),
  }
}

export const follow = ({ name, url, query = '', selects, cutAfter = 0 }: FollowerOptions): Follower => {
  const streams: (Stream & { events: Event[] })[] = []
  let expired = 0
  let stopped = false
  let response: IncomingMessage | undefined
  let frozen = false
  let waiting: Promise<void> | undefined
  let wake = (): void => {}

  const list = async (): Promise<number> => {
    const answer = await fetch(`${url()}?${query}`)
    if (!answer.ok) throw new Error(await answer.text())
    return Number(
      ((await answer.json()) as { metadata: { resourceVersion: string } }).metadata.resourceVersion,
    )
  }

  /** Follows one connection; where to go on, or undefined to list anew. */
  const watch = async (after: number): Promise<number | undefined> => {
    const options = `watch=1&allowWatchBookmarks=true&resourceVersion=${after}&${query}`
    const request = get(`${url()}?${options}`, { agent: false })
    const [incoming] = (await once(request, 'response')) as [IncomingMessage]
    response = incoming
    // It was told to leave while it was still connecting.
    if (stopped || waiting) request.destroy()
    if (incoming.statusCode !== 200) {
      request.destroy()
      throw new Error(`${incoming.statusCode}`)
    }
    const events: Event[] = []
    streams.push({ name: `${name} ${streams.length}`, after, events, ...(selects && { selects }) })
    // The connection may end between two events of a revision: it counts when a later one comes.
    let complete: number | undefined = after
    let latest = after
    let rest = ''
    incoming.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.map(each => JSON.parse(each) as Line)) {
        if (line.type === 'ERROR') {
          expired++
          complete = undefined
          return
        }
        const event = eventOf(line)
        events.push(event)
        if (event.type === 'BOOKMARK') complete = event.revision
        else if (event.revision > latest) complete = latest
        latest = Math.max(latest, event.revision)
        if (cutAfter > 0 && events.length % cutAfter === 0) {
          request.destroy()
          return
        }
      }
    })
    if (frozen) incoming.pause()
    await new Promise(resolve => incoming.on('close', resolve).on('error', resolve))
    return complete
  }

  const run = async (): Promise<void> => {
    let from: number | undefined
    while (!stopped) {
      await waiting
      try {
        from ??= await list()
        from = await watch(from)
      } catch {
        // The server is away for a moment.
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
  }
  const done = run()

  return {
    streams,
    get expired() {
      return expired
    },
    pause() {
      waiting = new Promise(resolve => (wake = resolve))
      response?.destroy()
    },
    freeze() {
      frozen = true
      response?.pause()
    },
    resume() {
      frozen = false
      waiting = undefined
      wake()
      response?.resume()
    },
    async stop() {
      stopped = true
      response?.destroy()
      await done
    },
  }
}
