const decimal = /^[0-9]+$/

/**
 * Orders two revisions: below 0 when `a` is the older, undefined when they are not both decimal numbers and so
 * tell nothing about each other. Digits are compared as text: a revision may exceed what a number holds.
 */
export const compareRevisions = (a: string, b: string): number | undefined => {
  if (!decimal.test(a) || !decimal.test(b)) return undefined
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
