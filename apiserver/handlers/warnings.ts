import type { Request } from './request.ts'

/** Adds Warning headers (RFC 7234) to the answer, which clients print. */
export const warn = (c: Request, texts: readonly string[]): void => {
  const { outgoing } = c.env ?? {}
  if (!outgoing || texts.length === 0) return
  const before = [outgoing.getHeader('Warning') ?? []].flat().map(String)
  const warnings = texts.map(text => `299 - ${JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, '?')}`)
  outgoing.setHeader('Warning', [...before, ...warnings])
}
