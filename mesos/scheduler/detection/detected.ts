/** The masters to try in turn, the leader among them; or why there is none to try. */
export type Detected = { readonly masters: readonly [URL, ...URL[]] } | { readonly nobody: string }

/** The scheduler API of a master. */
export const schedulerUrl = (origin: string): URL => new URL('/api/v1/scheduler', origin)
