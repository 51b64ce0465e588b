import type { Request } from './request.ts'

/** Characters of warnings that an answer has room for: clients take no headers without end. */
const room = 4096

/** Adds Warning headers (RFC 7234) to the answer, which clients print; what there is no room for is left out. */
export const warn = (c: Request, texts: readonly string[]): void => {
  const { outgoing } = c.env ?? {}
  if (!outgoing || texts.length === 0) return
  const before = [outgoing.getHeader('Warning') ?? []].flat().map(String)
  const warnings = texts.map(text => `299 - ${JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, '?')}`)
  let left = room
  const fitting = [...before, ...warnings].filter(({ length }) => {
    left -= length
    return left >= 0
  })
  outgoing.setHeader('Warning', fitting)
}
