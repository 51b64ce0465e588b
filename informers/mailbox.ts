/**
 * Runs tasks one after the other, in the order they came. A task that posts another does not run it within itself:
 * so all readers see the same order, even when one of them causes the next change.
 */
export const createMailbox = (): ((task: () => void) => void) => {
  const waiting: (() => void)[] = []
  let running = false

  return task => {
    waiting.push(task)
    if (running) return
    running = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) next()
    } finally {
      running = false
    }
  }
}
