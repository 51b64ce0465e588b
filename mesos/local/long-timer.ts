import type { Clock } from '../../util/clock.ts'

/** What one timer of Node can wait, milliseconds. */
const longest = 2 ** 31 - 1

/** As `clock.after`, for times that a single timer cannot wait; an infinite one never comes. */
export const afterLong = (clock: Clock, ms: number, task: () => void): (() => void) => {
  let cancel = () => {}
  const wait = (left: number) => {
    cancel = clock.after(Math.min(left, longest), () => (left > longest ? wait(left - longest) : task()))
  }
  wait(ms)
  return () => cancel()
}
