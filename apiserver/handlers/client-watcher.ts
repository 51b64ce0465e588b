import type { Chunk } from '../watch/line-format.ts'
import type { Watcher } from '../watch/watch-group.ts'

/** Bytes that may wait for a slow client, beyond what it was sent at first. */
export const patience = 8 * 1024 * 1024

/** A watch's client at the other end of a connection. */
export interface ClientWatcher extends Watcher<Chunk> {
  readonly closed: boolean
  /** Tells the client that it is being served; the first `send` does it too. */
  open(): void
  /** Ends the connection, after a last line when there is one. */
  end(last?: Buffer): void
  onClose(task: () => void): void
}

export interface WatcherOptions {
  readonly bookmarks: boolean
  /** The last line for a client whose events were lost. */
  readonly expiredLine: () => Buffer
  readonly onSlow: () => void
}
