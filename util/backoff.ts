export interface BackoffOptions {
  /** First delay, milliseconds. */
  readonly initial: number
  /** Longest delay, milliseconds. */
  readonly max: number
  readonly factor?: number
  /** Share of the delay that is random, 0 to 1: keeps many clients from coming back together. */
  readonly jitter?: number
}

/** Delay before try `attempt` (0 is the first try after a failure), in milliseconds; grows up to `max`. */
export const backoff = (
  attempt: number,
  { initial, max, factor = 2, jitter = 0.2 }: BackoffOptions,
  random: () => number = Math.random,
): number => {
  const delay = Math.min(max, initial * factor ** Math.min(attempt, 64))
  return delay * (1 - jitter * random())
}
