import type { Environment } from '@marcbachmann/cel-js'
import { compileGoRegex } from '../../pattern.ts'

const regex = (pattern: string, flags = ''): RegExp => {
  const found = compileGoRegex(pattern)
  if (!found) throw new SyntaxError(`error parsing regexp: ${pattern}`)
  return flags ? new RegExp(found, found.flags + flags) : found
}

const findAll = (text: string, pattern: string, limit: number): string[] => {
  const found: string[] = []
  if (limit === 0) return found
  for (const [match] of text.matchAll(regex(pattern, 'g'))) {
    found.push(match)
    if (found.length === limit) break
  }
  return found
}

const formatOne = (verb: string, digits: string | undefined, value: unknown): string => {
  const number = Number(value)
  switch (verb) {
    case 'd':
      return String(BigInt(value as bigint))
    case 'f':
      return number.toFixed(Number(digits ?? 6))
    case 'e':
      return number.toExponential(Number(digits ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2')
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : BigInt(value as bigint).toString(2)
    case 'o':
      return BigInt(value as bigint).toString(8)
    case 'x':
    case 'X': {
      const hex =
        typeof value === 'bigint'
          ? value.toString(16)
          : Buffer.from(value as string | Uint8Array).toString('hex')
      return verb === 'x' ? hex : hex.toUpperCase()
    }
    default:
      return shown(value)
  }
}

/** A value as `%s` shows it. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (value instanceof Map) {
    const entries = [...value].map(([key, each]) => `${shown(key)}: ${shown(each)}`)
    return `{${entries.sort().join(', ')}}`
  }
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z')
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  return String(value)
}

const format = (template: string, values: readonly unknown[]): string => {
  let next = 0
  const text = template.replaceAll(/%(?:\.(\d{1,2}))?([sdfebxXo%])/g, (_, digits, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) throw new RangeError(`index ${next} out of range`)
    return formatOne(verb, digits, values[next++])
  })
  return text
}

/** Texts and regular expressions, as Kubernetes' libraries of CEL have them beyond what the engine brings. */
export const registerStrings = (env: Environment): void => {
  env
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      if (at < 0n || at > BigInt(text.length)) throw new RangeError(`index out of range: ${at}`)
      return text.charAt(Number(at))
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, times: bigint) => {
        let rest = times < 0n ? Number.POSITIVE_INFINITY : Number(times)
        return text.replaceAll(from, each => (rest-- > 0 ? to : each))
      },
    )
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('string.format(list): string', format)
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return regex(pattern).exec(text)?.[0] ?? ''
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      findAll(text, pattern, -1),
    )
    .registerFunction(
      'string.findAll(string, int): list<string>',
      (text: string, pattern: string, limit: bigint) => findAll(text, pattern, Number(limit)),
    )
    .registerFunction('string(google.protobuf.Timestamp): string', shown)
    .registerFunction('string(google.protobuf.Duration): string', String)
    .registerFunction('int(google.protobuf.Timestamp): int', (time: Date) =>
      BigInt(Math.floor(time.getTime() / 1000)),
    )
}
