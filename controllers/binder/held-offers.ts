/** For how long offers have been open: what is held too long is kept from other frameworks for nothing. */
export class HeldOffers {
  readonly #since = new Map<string, number>()

  /** The open offers that have been seen here for `ttl` milliseconds; `now` is in milliseconds, too. */
  expired(open: ReadonlyMap<string, unknown>, now: number, ttl: number): string[] {
    for (const id of this.#since.keys()) if (!open.has(id)) this.#since.delete(id)
    for (const id of open.keys()) if (!this.#since.has(id)) this.#since.set(id, now)
    return [...this.#since].filter(([, since]) => now - since >= ttl).map(([id]) => id)
  }
}
