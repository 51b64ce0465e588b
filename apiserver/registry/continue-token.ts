import { badRequest, StatusError } from '../../api/errors.ts'

/** Where the next page of a list begins. */
export interface Position {
  /** The revision that all pages show; -1 for the newest. */
  readonly revision: number
  /** Key of the last object of the page before. */
  readonly after: string
}

/** Opaque to clients; the form is kube-apiserver's. */
export const writeToken = ({ revision, after }: Position): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\0` })).toString(
    'base64url',
  )

export const readToken = (token: string): Position => {
  const fail = (why: string, cause?: unknown) =>
    badRequest(`invalid continue token: continue key is not valid: ${why}`, cause)
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString())
  } catch (error) {
    throw fail('it is no JSON', error)
  }
  const { v, rv, start } = (parsed ?? {}) as Readonly<Record<string, unknown>>
  if (v !== 'meta.k8s.io/v1') throw fail('unknown version')
  if (!Number.isSafeInteger(rv) || rv === 0 || Number(rv) < -1)
    throw fail('incorrect encoded start resourceVersion')
  if (typeof start !== 'string' || !start.endsWith('\0')) throw fail('encoded start key is missing')
  return { revision: Number(rv), after: start.slice(0, -1) }
}

/** The revision of a list has been compacted between two of its pages. */
export class TokenExpired extends StatusError {
  /** Goes on where the list stopped, but at the newest revision. */
  readonly continue: string
  constructor(after: string, cause: unknown) {
    super(
      {
        reason: 'Expired',
        code: 410,
        message:
          'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
          'without the continue parameter, or use the continue token in this response to retrieve the remainder of ' +
          'the results. Continuing with the provided token results in an inconsistent list - objects that were ' +
          'created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      },
      { cause },
    )
    this.continue = writeToken({ revision: -1, after })
  }
}
