/** A word, an operator or bracket, or the end of the selector. */
export interface Token {
  readonly type: 'word' | 'symbol' | 'end'
  readonly text: string
}

/** Operators with several characters come first: the longest one counts. */
const token = /\s*(?:(==|!=|[=!(),<>])|([^\s=!(),<>]+))/y

/** Splits a label selector into tokens; never fails, for every character belongs to one. */
export const lex = (text: string): Token[] => {
  const tokens: Token[] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, symbol, word = ''] = match
    tokens.push(symbol ? { type: 'symbol', text: symbol } : { type: 'word', text: word })
  }
  return [...tokens, { type: 'end', text: '' }]
}
