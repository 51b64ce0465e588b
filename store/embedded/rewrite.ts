import { setImmediate } from 'node:timers/promises'
import type { KeyIndex, Version } from './key-index.ts'
import { endOf, type Log } from './log.ts'
import { encodeCompaction, moved, thinned } from './record.ts'

/** A revision that watches may still ask for, as the log has it. */
export interface Revision {
  readonly revision: number
  offset: number
  readonly length: number
  readonly versions: readonly Version[]
}

/** Keys that are looked at in one turn of the event loop. */
const step = 5_000

/** What revisions up to `compacted` have left, by the offset of its value. */
export const keptBelow = async (
  index: KeyIndex,
  compacted: number,
): Promise<ReadonlyMap<number, Version>> => {
  const kept = new Map<number, Version>()
  let count = 0
  for (let version of index.all()) {
    while (version.older) version = version.older
    if (version.revision <= compacted && !version.deleted) kept.set(version.offset, version)
    if (++count % step === 0) await setImmediate()
  }
  return kept
}

/**
 * A copy of a log without what is forgotten, made while the log grows: what `kept` has, by the offset of its value, of
 * revisions up to `compacted`, and all that is newer. The index stays with the log until `settle`.
 */
export class Rewrite {
  readonly #log: Log
  readonly #fresh: Log
  readonly #compacted: number
  readonly #kept: ReadonlyMap<number, Version>
  readonly #moves: (readonly [Version, offset: number])[] = []
  readonly #revisions: number[] = []
  #copied: number

  constructor(log: Log, fresh: Log, compacted: number, kept: ReadonlyMap<number, Version>) {
    this.#log = log
    this.#fresh = fresh
    this.#compacted = compacted
    this.#kept = kept
    this.#copied = log.start
  }

  /** Bytes that the log has and the copy has not. */
  get behind(): number {
    return this.#log.size - this.#copied
  }

  /** Takes over what the log has now and had not before. Rejects with Damaged. */
  async copy(): Promise<void> {
    const { size, start } = this.#fresh
    if (size === start) await this.#fresh.append(encodeCompaction(this.#compacted, size))
    for await (const records of this.#log.records(this.#copied)) {
      const copies: Buffer[] = []
      let end = this.#fresh.size
      for (const record of records) {
        const copy = record.revision > this.#compacted ? moved(record, end) : thinned(record, end, this.#keep)
        if (!copy) continue
        if (record.revision > this.#compacted) this.#revisions.push(end)
        copies.push(copy)
        end += copy.length
      }
      if (copies.length > 0) await this.#fresh.append(Buffer.concat(copies))
      this.#copied = endOf(records, this.#copied)
    }
  }

  /** Lets the index point into the copy, which is complete. `revisions` are those that are newer than `compacted`. */
  settle(revisions: readonly Revision[]): void {
    for (const [version, offset] of this.#moves) version.offset = offset
    for (const [index, revision] of revisions.entries()) {
      const by = (this.#revisions[index] as number) - revision.offset
      revision.offset += by
      for (const version of revision.versions) version.offset += by
    }
  }

  readonly #keep = (value: number, copy: number): boolean => {
    const version = this.#kept.get(value)
    if (version) this.#moves.push([version, copy])
    return version !== undefined
  }
}
