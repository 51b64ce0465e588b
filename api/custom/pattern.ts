import { setFlagsFromString } from 'node:v8'

// Whoever writes a definition writes patterns: one that backtracks for ever, such as `^(a+)+$`, goes on in V8's engine
// that does not backtrack. That one knows neither the flag u nor i.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')

const known = new Map<string, RegExp | undefined>()

/** A pattern of a schema, as Go writes it; undefined when it is none. */
export const regexOf = (pattern: string): RegExp | undefined => {
  if (!known.has(pattern)) known.set(pattern, compileGoRegex(pattern))
  return known.get(pattern)
}

/**
 * A pattern as Go writes it; undefined when it is none. Go's flags i, m and s are taken at the front. One that needs
 * the flag u, for `\p{L}`, may not repeat groups: nothing would bound the time that it takes.
 */
export const compileGoRegex = (pattern: string): RegExp | undefined => {
  const [front = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? []
  const text = pattern.slice(front.length).replaceAll('(?P<', '(?<')
  const unicode = /\\[pP]\{|\\x\{/.test(text)
  if (unicode && (/\)[*+{]/.test(text) || flags.includes('i'))) return undefined
  try {
    const body = flags.includes('i') ? inBothCases(text) : text
    return new RegExp(body, flags.replaceAll('i', '') + (unicode ? 'u' : ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

/** The pattern for both cases of ASCII letters: in classes, where ranges get one of the other case, and outside. */
const inBothCases = (text: string): string => {
  let inClass = false
  return text.replaceAll(/\\.|\(\?<\w+>|[a-z]-[a-z]|[A-Z]-[A-Z]|[a-zA-Z]|[[\]]/g, part => {
    if (part === '[' || part === ']') inClass = part === '['
    if (!/^[a-zA-Z]/.test(part)) return part
    const both = `${part.toLowerCase()}${part.toUpperCase()}`
    if (inClass) return both
    return part.length === 1
      ? `[${both}]`
      : [...part].map(each => (each === '-' ? each : `[${each.toLowerCase()}${each.toUpperCase()}]`)).join('')
  })
}
