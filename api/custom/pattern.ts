const known = new Map<string, RegExp | undefined>()

/** A pattern as Go writes it; undefined when it is none. Of Go's flags there is `(?i)`, at the front. */
export const regexOf = (pattern: string): RegExp | undefined => {
  if (!known.has(pattern)) known.set(pattern, compile(pattern))
  return known.get(pattern)
}

const compile = (pattern: string): RegExp | undefined => {
  const [flags, text] = pattern.startsWith('(?i)') ? ['i', pattern.slice(4)] : ['', pattern]
  // Go escapes more than a Unicode pattern of ours may.
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(text, flags + unicode)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return undefined
}
