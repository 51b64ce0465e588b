import type { SourceBatch } from './informer.ts'

/**
 * The protocol of an informer, without its I/O: list, then watch; watch on when a watch ends, list again when the
 * revision has expired, back off when something fails. Whoever runs it performs the effects in order and feeds
 * back what comes of them. At most one of `list`, `watch` and `wait` is under way: a new one replaces the last.
 */
export interface State {
  readonly phase: 'listing' | 'watching' | 'waiting'
  /** How far the source has been read; undefined: it must be listed. */
  readonly revision: string | undefined
  /** Lists and watches in a row that have brought the informer no further. */
  readonly attempt: number
  /** The failure that was told last, until it is over: a source that stays down is told once. */
  readonly trouble: string | undefined
}

export type Input<T> =
  | { readonly type: 'listed'; readonly items: readonly T[]; readonly revision: string }
  | { readonly type: 'batch'; readonly batch: SourceBatch<T> }
  /** The source ended the watch. */
  | { readonly type: 'completed' }
  /** The watch has stood for a while, though nothing may have happened. */
  | { readonly type: 'steady' }
  | { readonly type: 'failed'; readonly error: unknown; readonly expired: boolean }
  /** The back-off is over. */
  | { readonly type: 'due' }

export type Effect<T> =
  | { readonly type: 'replace'; readonly items: readonly T[]; readonly revision: string }
  | { readonly type: 'apply'; readonly batch: SourceBatch<T> }
  | { readonly type: 'report'; readonly doing: 'list' | 'watch'; readonly error: unknown }
  | { readonly type: 'recovered' }
  | { readonly type: 'list' }
  | { readonly type: 'watch'; readonly revision: string }
  /** Feed back `due` after the back-off of this attempt, 0 being the first. */
  | { readonly type: 'wait'; readonly attempt: number }

interface Step<T> {
  readonly state: State
  readonly effects: readonly Effect<T>[]
}

export const start: { readonly state: State; readonly effects: readonly Effect<never>[] } = {
  state: { phase: 'listing', revision: undefined, attempt: 0, trouble: undefined },
  effects: [{ type: 'list' }],
}

export const step = <T>(state: State, input: Input<T>): Step<T> => {
  switch (input.type) {
    case 'listed': {
      // A list alone is no progress: a source whose every watch fails would else be listed without a pause.
      const { items, revision } = input
      const listed: State = { ...state, phase: 'watching', revision, trouble: undefined }
      return {
        state: listed,
        effects: [{ type: 'replace', items, revision }, ...recovery(state), { type: 'watch', revision }],
      }
    }
    case 'batch': {
      const moved: State = { ...progressed(state), revision: input.batch.revision }
      return { state: moved, effects: [{ type: 'apply', batch: input.batch }, ...recovery(state)] }
    }
    case 'steady':
      return { state: progressed(state), effects: recovery(state) }
    case 'completed':
      return state.attempt === 0 ? resume({ ...state, attempt: 1 }) : pause(state, [])
    case 'failed':
      return input.expired ? expired(state) : failed(state, input.error)
    case 'due':
      return resume(state)
  }
}

const progressed = (state: State): State => ({ ...state, attempt: 0, trouble: undefined })

const recovery = ({ trouble }: State): Effect<never>[] =>
  trouble === undefined ? [] : [{ type: 'recovered' }]

const resume = (state: State): Step<never> =>
  state.revision === undefined
    ? { state: { ...state, phase: 'listing' }, effects: [{ type: 'list' }] }
    : { state: { ...state, phase: 'watching' }, effects: [{ type: 'watch', revision: state.revision }] }

const pause = (state: State, effects: Effect<never>[]): Step<never> => ({
  state: { ...state, phase: 'waiting', attempt: state.attempt + 1 },
  effects: [...effects, { type: 'wait', attempt: state.attempt }],
})

/** The first time there is nothing to wait for: what expired is the past, not the source. */
const expired = (state: State): Step<never> => {
  const anew = { ...state, revision: undefined }
  return state.attempt === 0 ? resume({ ...anew, attempt: 1 }) : pause(anew, [])
}

const failed = (state: State, error: unknown): Step<never> => {
  const doing = state.phase === 'listing' ? 'list' : 'watch'
  const trouble = `${doing}: ${error instanceof Error ? error.message : String(error)}`
  return pause({ ...state, trouble }, trouble === state.trouble ? [] : [{ type: 'report', doing, error }])
}
