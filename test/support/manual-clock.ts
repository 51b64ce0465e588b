import type { Clock } from '../../util/clock.ts'

interface Timer {
  readonly at: number
  readonly task: () => void
}

/** A clock that stands still until the test turns it. */
export class ManualClock implements Clock {
  #now: number
  #timers: Timer[] = []

  constructor(now = Date.parse('2014-10-17T02:46:00Z')) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#now + ms, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer)
    }
  }

  /** Turns the clock `ms` milliseconds on, and runs what is due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter(timer => timer !== due)
      this.#now = due.at
      due.task()
    }
    this.#now = end
  }

  /** Milliseconds until the next timer; undefined when none waits. */
  get next(): number | undefined {
    const first = Math.min(...this.#timers.map(timer => timer.at))
    return Number.isFinite(first) ? first - this.#now : undefined
  }
}
