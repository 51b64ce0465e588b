import { settleAll } from '../runtime/index.ts'

/** Calls of one run that are under way at the same time, so that thousands of objects do not open thousands of connections. */
const size = 50

/** Does `work` for all items, a batch at a time. Every one is tried; rejects with the first failure of a batch. */
export const inBatches = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  for (let at = 0; at < items.length; at += size) await settleAll(items.slice(at, at + size).map(work))
}
