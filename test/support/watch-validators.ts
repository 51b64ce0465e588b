/** A write that was acknowledged: what the key holds from this revision on; without a value it is deleted. */
export interface Write {
  readonly revision: number
  readonly key: string
  readonly value: string | undefined
}

/** An event as a watch told it. A DELETED tells the value that was there before, a BOOKMARK nothing but its revision. */
export interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly revision: number
  readonly key: string
  readonly value: string
}

/** What came over one watch, from its begin to its end, however that came about. */
export interface Stream {
  readonly name: string
  /** It was asked for the events above this revision. */
  readonly after: number
  readonly events: readonly Event[]
  /** The stream lived until everything up to this revision should have come; else only what it shows is judged. */
  readonly until?: number
  /** Which objects were asked for; all when left out. */
  selects?(key: string, value: string): boolean
}

/**
 * What etcd promises of a watch, and what a watch of the API inherits:
 * - ordered: revisions never go back
 * - unique: no event comes twice
 * - atomic: of a revision come all events or, at the end of a stream, the first of them
 * - resumable: a watch goes on with the first event after its start
 * - bookmarkable: nothing up to the revision of a bookmark comes behind it, and bookmarks do not run behind events
 * - reliable: no event is left out
 * - faithful: an event tells what was written
 */
export type Guarantee =
  | 'ordered'
  | 'unique'
  | 'atomic'
  | 'resumable'
  | 'bookmarkable'
  | 'reliable'
  | 'faithful'

export interface Violation {
  readonly guarantee: Guarantee
  readonly stream: string
  readonly revision: number
  readonly what: string
}

type Problem = Omit<Violation, 'stream'>

const idOf = ({ revision, key }: { revision: number; key: string }): string => `${revision} ${key}`

const show = ({ type, key, value }: Event): string => `${type} ${key} "${value}"`

/** The events that somebody who selects like this has to be told, in order. */
const expectedEvents = (
  history: readonly Write[],
  { selects = () => true }: Pick<Stream, 'selects'>,
): Event[] => {
  const state = new Map<string, string>()
  const events: Event[] = []
  for (const { revision, key, value } of history.toSorted((a, b) => a.revision - b.revision)) {
    const old = state.get(key)
    if (value === undefined) state.delete(key)
    else state.set(key, value)
    const before = old !== undefined && selects(key, old)
    const after = value !== undefined && selects(key, value)
    if (after) events.push({ type: before ? 'MODIFIED' : 'ADDED', revision, key, value })
    else if (before) events.push({ type: 'DELETED', revision, key, value: old })
  }
  return events
}

/** What is wrong with the order in which the events came. */
const judgeOrder = ({ after, events }: Stream): Problem[] => {
  const problems: Problem[] = []
  const seen = new Set<string>()
  let last = 0
  let bookmark = 0
  for (const event of events) {
    const { type, revision } = event
    const report = (guarantee: Guarantee, what: string) => problems.push({ guarantee, revision, what })
    if (type === 'BOOKMARK') {
      if (revision < Math.max(last, bookmark)) {
        report('bookmarkable', `the bookmark is behind ${Math.max(last, bookmark)}`)
      }
      bookmark = Math.max(bookmark, revision)
      continue
    }
    if (seen.has(idOf(event))) report('unique', `${show(event)} has come before`)
    else if (revision < last) report('ordered', `${show(event)} comes after revision ${last}`)
    if (revision <= bookmark) report('bookmarkable', `${show(event)} comes after bookmark ${bookmark}`)
    if (revision <= after) report('resumable', `${show(event)} comes in a watch from ${after} on`)
    seen.add(idOf(event))
    last = Math.max(last, revision)
  }
  return problems
}

/** Which events did not come, although later ones did; and which are not as they were written. */
const judgeContents = (expected: readonly Event[], { after, events, until = 0 }: Stream): Problem[] => {
  const problems: Problem[] = []
  const wanted = new Map(expected.map(event => [idOf(event), event]))
  const seen = new Set<string>()
  const revisions = new Set<number>()
  let first = Number.POSITIVE_INFINITY
  let last = 0
  let complete = until
  for (const event of events) {
    const { type, revision } = event
    if (type === 'BOOKMARK') {
      complete = Math.max(complete, revision)
      continue
    }
    const right = wanted.get(idOf(event))
    if (!right || show(right) !== show(event)) {
      const what = `${show(event)}, but ${right ? show(right) : 'nothing'} was written`
      problems.push({ guarantee: 'faithful', revision, what })
    }
    seen.add(idOf(event))
    revisions.add(revision)
    first = Math.min(first, revision)
    last = Math.max(last, revision)
  }
  // A stream may end within a revision; all before that one has come, or is lost.
  complete = Math.max(complete, last - 1)
  for (const event of expected) {
    const { revision } = event
    if (revision <= after || revision > complete || seen.has(idOf(event))) continue
    const guarantee = revisions.has(revision) ? 'atomic' : revision < first ? 'resumable' : 'reliable'
    problems.push({ guarantee, revision, what: `${show(event)} did not come` })
  }
  return problems
}

/** The events of a revision have no others between them. */
const judgeTogether = ({ events }: Stream): Problem[] => {
  const closed = new Set<number>()
  const problems: Problem[] = []
  let open = 0
  for (const { revision, type } of events) {
    if (revision === open && type !== 'BOOKMARK') continue
    closed.add(open)
    open = type === 'BOOKMARK' ? 0 : revision
    if (closed.has(open) && open > 0) {
      problems.push({ guarantee: 'atomic', revision, what: 'others came between its events' })
    }
  }
  return problems
}

/** Compares what watches told with what was written; `history` has every write up to the last event. */
export const validate = (history: readonly Write[], streams: readonly Stream[]): Violation[] =>
  streams.flatMap(stream =>
    [
      ...judgeOrder(stream),
      ...judgeTogether(stream),
      ...judgeContents(expectedEvents(history, stream), stream),
    ].map(problem => ({ ...problem, stream: stream.name })),
  )
