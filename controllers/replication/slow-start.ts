/** What came of a number of tries. */
export interface Tries {
  readonly succeeded: number
  /** The first failure. Nothing more was tried after the batch that it was in. */
  readonly failure: unknown
}

/**
 * Does something `count` times, in batches of 1, 2, 4 and so on, until one fails. What is refused for all (by a
 * quota, by validation) is so refused once or twice and not a thousand times.
 */
export const slowStart = async (count: number, attempt: () => Promise<unknown>): Promise<Tries> => {
  let succeeded = 0
  for (let batch = 1; succeeded < count; batch *= 2) {
    const size = Math.min(batch, count - succeeded)
    const outcomes = await Promise.allSettled(Array.from({ length: size }, attempt))
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    succeeded += outcomes.filter(outcome => outcome.status === 'fulfilled').length
    if (failed) return { succeeded, failure: failed.reason }
  }
  return { succeeded, failure: undefined }
}
