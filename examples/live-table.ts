import type { WriteStream } from 'node:tty'

export interface Row {
  readonly key: string
  readonly cells: readonly string[]
}

const clearLine = '\u001b[2K'
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '')
const colours: Record<string, string> = {
  Running: '\u001b[32m',
  Waiting: '\u001b[33m',
  Terminated: '\u001b[31m',
}

/**
 * A table that is drawn over itself in a terminal. Anywhere else every change is a plain line, so that a log of it
 * reads as a story.
 */
export class LiveTable {
  readonly #out: WriteStream
  readonly #columns: readonly string[]
  #lines = 0
  #shown = new Map<string, string>()

  constructor(out: WriteStream, columns: readonly string[]) {
    this.#out = out
    this.#columns = columns
  }

  show(rows: readonly Row[]): void {
    const now = new Map(rows.map(({ key, cells }) => [key, cells.join('\t')]))
    const changed = [...now].filter(([key, text]) => this.#shown.get(key) !== text)
    const gone = [...this.#shown.keys()].filter(key => !now.has(key))
    if (changed.length === 0 && gone.length === 0) return
    if (this.#out.isTTY) this.#draw(rows)
    else {
      for (const [, text] of changed) this.#out.write(`  ${text.split('\t').filter(Boolean).join('  ')}\n`)
      for (const key of gone) this.#out.write(`  ${key}  gone\n`)
    }
    this.#shown = now
  }

  /** What is drawn stays; the next change draws a new table below it. */
  settle(): void {
    this.#lines = 0
  }

  #draw(rows: readonly Row[]): void {
    const table = [this.#columns, ...rows.map(({ cells }) => cells)]
    const widths = this.#columns.map((_, at) => Math.max(...table.map(cells => cells[at]?.length ?? 0)))
    const text = table.map(cells =>
      cells.map((cell, at) => `${colours[cell] ?? ''}${cell.padEnd(widths[at] ?? 0)}\u001b[0m`).join('  '),
    )
    // A shorter table leaves lines of the longer one before it.
    const blank = Math.max(0, this.#lines - text.length)
    const lines = [...text, ...Array<string>(blank).fill('')].map(line => `${clearLine}  ${line}\n`)
    this.#out.write(`${up(this.#lines)}${lines.join('')}`)
    this.#lines = lines.length
  }
}
