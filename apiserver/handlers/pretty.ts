import type { Request } from './request.ts'

/** What shows an answer to people as it is. kube-apiserver goes by the same names. */
const forPeople = /^(curl|Wget|Mozilla\/5\.0)/

const wanted = (c: Request): boolean => {
  const asked = c.req.query('pretty')
  if (asked) return /^(1|t|true)$/i.test(asked)
  return forPeople.test(c.req.header('user-agent') ?? '')
}

/** JSON indented for people, and for those who ask with `?pretty=true`; undefined for all others. */
export const prettyJson = (c: Request, json: Buffer | string): string | undefined =>
  wanted(c) ? JSON.stringify(JSON.parse(json.toString()), undefined, 2) : undefined
