/** The template is wrong, or does not fit the data. The message says where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  /** True once the message tells the place. */
  readonly placed: boolean

  constructor(message: string, options: ErrorOptions & { placed?: boolean } = {}) {
    super(message, options)
    this.placed = options.placed ?? false
  }
}

export type Token =
  | { readonly type: 'field'; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'literal'; readonly value: string | number | boolean | null }
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'sign'; readonly sign: '|' | '(' | ')' | ',' | ':=' | '=' }
  | { readonly type: 'space' }

/** A piece of a template: text as it stands, or what is between the braces. */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'action'
      readonly line: number
      readonly source: string
      readonly tokens: readonly Token[]
    }

const tokenPatterns: readonly (readonly [RegExp, (match: RegExpExecArray) => Token])[] = [
  [/\s+/y, () => ({ type: 'space' })],
  [/(?:\.[A-Za-z_]\w*)+|\./y, ([text]) => ({ type: 'field', path: pathOf(text) })],
  [
    /\$(\w*)((?:\.[A-Za-z_]\w*)*)/y,
    ([, name = '', path = '']) => ({ type: 'variable', name, path: pathOf(path) }),
  ],
  [/"(?:[^"\\\n]|\\.)*"/y, ([text]) => ({ type: 'literal', value: unquote(text) })],
  [/`([^`]*)`/y, ([, text = '']) => ({ type: 'literal', value: text })],
  [/[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y, ([text]) => ({ type: 'literal', value: Number(text) })],
  [/[A-Za-z_]\w*/y, ([word]) => wordToken(word)],
  [/:=|[|(),=]/y, ([sign]) => ({ type: 'sign', sign: sign as ':=' })],
]

const pathOf = (text: string): string[] => text.split('.').filter(Boolean)

/** Go's escapes that JSON has not: \a, \v, \x41, \'. */
const unquote = (text: string): string => {
  const json = text.replace(/\\(x[0-9a-fA-F]{2}|[av'])/g, (_, code: string) => {
    if (code.startsWith('x')) return `\\u00${code.slice(1)}`
    return code === 'a' ? '\\u0007' : code === 'v' ? '\\u000b' : "'"
  })
  try {
    return JSON.parse(json) as string
  } catch (cause) {
    throw new TemplateError(`${text} is not a string that Go can read`, { cause })
  }
}

const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null }

const wordToken = (word: string): Token =>
  Object.hasOwn(constants, word)
    ? { type: 'literal', value: constants[word] ?? null }
    : { type: 'word', word }

const tokenize = (source: string): Token[] => {
  const tokens: Token[] = []
  for (let at = 0; at < source.length; ) {
    const before = at
    for (const [pattern, token] of tokenPatterns) {
      pattern.lastIndex = at
      const match = pattern.exec(source)
      if (!match) continue
      tokens.push(token(match))
      at = pattern.lastIndex
      break
    }
    if (at === before) throw new TemplateError(`unexpected "${source.slice(at, at + 10)}"`)
  }
  return tokens
}

/** Where an action ends: strings may hold braces. */
const action =
  /\{\{(-(?=\s))?((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|(?!\}\})[\s\S])*?)((?<=\s)-)?\}\}/g

const lineAt = (template: string, index: number): number => template.slice(0, index).split('\n').length

/** Cuts a template into text and actions. `{{-` and `-}}` take the white space beside them away. */
export const pieces = (template: string): Piece[] => {
  const result: Piece[] = []
  let end = 0
  let trim = false
  const text = (raw: string, trimEnd: boolean) => {
    const left = trim ? raw.trimStart() : raw
    const trimmed = trimEnd ? left.trimEnd() : left
    if (trimmed) result.push({ type: 'text', text: trimmed })
  }
  for (const match of template.matchAll(action)) {
    const [whole, trimLeft, body = '', trimRight] = match
    text(template.slice(end, match.index), trimLeft !== undefined)
    end = match.index + whole.length
    trim = trimRight !== undefined
    const source = body.trim()
    if (source.startsWith('/*')) continue
    const line = lineAt(template, match.index)
    result.push({ type: 'action', line, source, tokens: located(line, source, () => tokenize(source)) })
  }
  const rest = template.slice(end)
  const open = rest.indexOf('{{')
  if (open >= 0) throw new TemplateError(`line ${lineAt(template, end + open)}: unclosed action`)
  text(rest, false)
  return result
}

/** Adds to an error where in the template it came from. */
export const located = <T>(line: number, source: string, work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof TemplateError) || cause.placed) throw cause
    throw new TemplateError(`line ${line}: {{${source}}}: ${cause.message}`, { cause, placed: true })
  }
}
