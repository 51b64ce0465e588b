import type { Chunk, WatchStream } from '../watch/event-format.ts'
import type { Watcher } from '../watch/watch-group.ts'

/** Bytes that may wait for a slow client, beyond what it was sent at first. */
export const patience = 8 * 1024 * 1024

/** A watch's client at the other end of a connection. */
export interface ClientWatcher extends Watcher<Chunk> {
  readonly closed: boolean
  /** Tells the client that it is being served; the first `send` does it too. */
  open(): void
  /** Ends the connection, after a last event when there is one. */
  end(last?: Buffer): void
  onClose(task: () => void): void
}

export interface WatcherOptions {
  readonly stream: WatchStream
  readonly bookmarks: boolean
  /** The last event for a client whose events were lost. */
  readonly expiredEvent: () => Buffer
  readonly onSlow: () => void
}
