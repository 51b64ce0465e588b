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

/** A pattern as Go writes it; undefined when it is none. Go's flags i, m and s are taken at the front. */
export const compileGoRegex = (pattern: string): RegExp | undefined => {
  const [front = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? []
  const text = pattern.slice(front.length).replaceAll('(?P<', '(?<')
  const attempts = /\\p\{|\\x\{/i.test(text) ? ['u', ''] : ['', 'u']
  for (const unicode of attempts) {
    try {
      return new RegExp(text, flags + unicode)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return undefined
}
