import { located, type Piece, pieces, TemplateError, type Token } from './tokens.ts'

export type Operand =
  | Extract<Token, { type: 'field' | 'variable' | 'literal' }>
  | { readonly type: 'call'; readonly word: string }
  | { readonly type: 'group'; readonly pipeline: Pipeline; readonly path: readonly string[] }

/** Commands joined by `|`: the value of each is the last argument of the next. */
export interface Pipeline {
  readonly variables: readonly string[]
  /** `$x = ...` sets a variable that is there; `:=` makes one. */
  readonly assigns: boolean
  readonly commands: readonly (readonly Operand[])[]
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly pipeline: Pipeline; readonly line: number; readonly source: string }
  | {
      readonly type: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
      readonly line: number
      readonly source: string
    }

type Action = Extract<Piece, { type: 'action' }>

const isSign = (token: Token | undefined, ...signs: string[]): boolean =>
  token?.type === 'sign' && signs.includes(token.sign)

const parsePipeline = (tokens: readonly Token[]): Pipeline => {
  const solid = tokens.filter(({ type }) => type !== 'space')
  const declaration = solid.findIndex(token => isSign(token, ':=', '='))
  if (declaration < 0) return { variables: [], assigns: false, commands: parseCommands(tokens) }
  const variables = solid.slice(0, declaration).flatMap(token => {
    if (token.type === 'variable' && token.name) return [token.name]
    if (isSign(token, ',')) return []
    throw new TemplateError('only variables such as $x can stand before :=')
  })
  const rest = tokens.slice(tokens.findIndex(token => isSign(token, ':=', '=')) + 1)
  return { variables, assigns: isSign(solid[declaration], '='), commands: parseCommands(rest) }
}

/** The index behind the bracket that closes the one at `open`. */
const closing = (tokens: readonly Token[], open: number): number => {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (isSign(tokens[at], '(')) depth++
    if (isSign(tokens[at], ')') && --depth === 0) return at + 1
  }
  throw new TemplateError('unclosed left paren')
}

const parseCommands = (tokens: readonly Token[]): Operand[][] => {
  const commands: Operand[][] = [[]]
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    const command = commands.at(-1)
    if (!token || !command || token.type === 'space') continue
    if (isSign(token, '|')) commands.push([])
    else if (isSign(token, '(')) {
      const end = closing(tokens, at)
      const next = tokens[end]
      const path = next?.type === 'field' ? next.path : []
      command.push({ type: 'group', pipeline: parsePipeline(tokens.slice(at + 1, end - 1)), path })
      at = end - (next?.type === 'field' ? 0 : 1)
    } else if (token.type === 'sign') throw new TemplateError(`unexpected "${token.sign}"`)
    else command.push(token.type === 'word' ? { type: 'call', word: token.word } : token)
  }
  if (commands.some(command => command.length === 0)) throw new TemplateError('missing value for command')
  return commands
}

const keywordOf = ({ tokens: [first] }: Action): string => (first?.type === 'word' ? first.word : '')

const unsupported = ['define', 'template', 'block', 'break', 'continue']

/** Parses a template of Go's text/template, without named templates. Throws TemplateError. */
export const parseTemplate = (template: string): readonly Node[] => {
  const queue = pieces(template)
  let at = 0

  /** Parses up to an `else` or `end`, and gives that, too; undefined at the template's end. */
  const parseNodes = (): { nodes: Node[]; stop: Action | undefined } => {
    const nodes: Node[] = []
    for (let piece = queue[at++]; piece; piece = queue[at++]) {
      if (piece.type === 'text') nodes.push(piece)
      else if (['else', 'end'].includes(keywordOf(piece))) return { nodes, stop: piece }
      else nodes.push(parseAction(piece, keywordOf(piece), piece.tokens))
    }
    return { nodes, stop: undefined }
  }

  const parseAction = (piece: Action, keyword: string, tokens: readonly Token[]): Node => {
    const { line, source } = piece
    return located(line, source, () => {
      if (unsupported.includes(keyword)) throw new TemplateError(`"${keyword}" is not supported`)
      if (keyword !== 'if' && keyword !== 'with' && keyword !== 'range') {
        return { type: 'print', pipeline: parsePipeline(tokens), line, source }
      }
      const pipeline = parsePipeline(tokens.slice(1))
      const { nodes: body, stop } = parseNodes()
      return { type: keyword, pipeline, body, otherwise: parseElse(stop), line, source }
    })
  }

  const parseElse = (stop: Action | undefined): readonly Node[] => {
    if (!stop) throw new TemplateError('unclosed: {{end}} is missing')
    if (keywordOf(stop) === 'end') return []
    const tokens = stop.tokens.slice(1).filter(({ type }) => type !== 'space')
    const [next] = tokens
    // {{else if}} closes with the same {{end}} as its {{if}}.
    if (next?.type === 'word') return [parseAction(stop, next.word, stop.tokens.slice(2))]
    const { nodes, stop: end } = parseNodes()
    if (!end || keywordOf(end) !== 'end')
      throw new TemplateError('unclosed: {{end}} is missing after {{else}}')
    return nodes
  }

  const { nodes, stop } = parseNodes()
  if (stop) throw new TemplateError(`line ${stop.line}: unexpected {{${stop.source}}}`)
  return nodes
}
