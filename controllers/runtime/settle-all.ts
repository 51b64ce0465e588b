/**
 * The values of all promises, in their order. When some reject, it waits for the others before it rejects with the
 * first: a reconciler that has ended leaves no write behind that the next run would not see.
 */
export const settleAll = async <T>(promises: Iterable<Promise<T>>): Promise<T[]> => {
  const outcomes = await Promise.allSettled(promises)
  return outcomes.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
