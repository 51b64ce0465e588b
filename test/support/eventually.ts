/**
 * Waits until `condition` gives something else than undefined or false, and answers that. An error it throws counts
 * as "not yet"; after `ms` milliseconds the last one is the failure. For conditions of other processes, which tell
 * nobody when they hold.
 */
export const eventually = async <T>(
  what: string,
  condition: () => T | Promise<T>,
  ms = 20_000,
): Promise<Exclude<T, undefined | false | null>> => {
  const deadline = Date.now() + ms
  let cause: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== undefined && value !== false && value !== null) {
        return value as Exclude<T, undefined | false | null>
      }
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`, { cause })
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
