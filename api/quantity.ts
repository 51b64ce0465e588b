/** How a quantity was written, which is how it is written again. */
type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** An exact amount of something: cores, bytes, devices. */
export interface Quantity {
  /** In billionths; finer amounts are rounded away from zero, as Kubernetes does it. */
  readonly nanos: bigint
  readonly format: Format
}

/** The text is no quantity. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError'
  readonly text: string
  constructor(text: string, message: string) {
    super(message)
    this.text = text
  }
}

const one = 1_000_000_000n
/** The largest amount; larger ones are cut to it. */
const max = (2n ** 63n - 1n) * one

const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const syntax = /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/

/** Quantities that were parsed lately: objects that are made alike have the same ones, and each is asked for often. */
const recent = new Map<string, Quantity>()
const mostRecent = 1_000

/** Parses `0.5`, `500m`, `1Gi`, `1e3`. Throws QuantityError. */
export const parseQuantity = (text: string): Quantity => {
  const known = recent.get(text)
  if (known) return known
  const quantity = parse(text)
  if (recent.size >= mostRecent) recent.clear()
  recent.set(text, quantity)
  return quantity
}

const parse = (text: string): Quantity => {
  const match = syntax.exec(text)
  const [, sign, whole = '', fraction = '', suffix = ''] = match ?? []
  // An exponent of hundreds of digits would only make a huge number to be cut again.
  if (!match || whole + fraction === '' || suffix.length > 5) {
    throw new QuantityError(
      text,
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    )
  }
  const digits = BigInt(whole + fraction)
  const { factor, format } = scaleOf(suffix)
  const scaled = divideUp(
    digits * factor.numerator * one,
    factor.denominator * 10n ** BigInt(fraction.length),
  )
  const nanos = scaled > max ? max : scaled
  return {
    nanos: sign === '-' ? -nanos : nanos,
    format: format === 'BinarySI' && nanos < one ? 'DecimalSI' : format,
  }
}

const scaleOf = (suffix: string): { factor: { numerator: bigint; denominator: bigint }; format: Format } => {
  const power = binary.indexOf(suffix)
  if (power > 0) return { factor: { numerator: 1024n ** BigInt(power), denominator: 1n }, format: 'BinarySI' }
  const si = decimal.indexOf(suffix)
  const exponent = si < 0 ? Number(suffix.slice(1)) : (si - 3) * 3
  const size = 10n ** BigInt(Math.abs(exponent))
  return {
    factor: exponent < 0 ? { numerator: 1n, denominator: size } : { numerator: size, denominator: 1n },
    format: si < 0 ? 'DecimalExponent' : 'DecimalSI',
  }
}

const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b

/** The shortest exact form, as Kubernetes writes it: `0.5` is `500m`, `1024Mi` is `1Gi`. */
export const formatQuantity = ({ nanos, format }: Quantity): string => {
  const size = nanos < 0n ? -nanos : nanos
  const sign = nanos < 0n ? '-' : ''
  if (size === 0n) return '0'
  if (format === 'BinarySI' && size >= 1024n * one) {
    const [number, power] = reduce(divideUp(size, one), 1024n, binary.length - 1)
    return `${sign}${number}${binary[power]}`
  }
  const [number, power] = reduce(size, 1000n, decimal.length - 1)
  if (format !== 'DecimalExponent') return `${sign}${number}${decimal[power]}`
  return power === 3 ? `${sign}${number}` : `${sign}${number}e${(power - 3) * 3}`
}

/** Divides by `base` as long as nothing remains, `most` times at the most. */
const reduce = (number: bigint, base: bigint, most: number): [bigint, number] => {
  let power = 0
  let rest = number
  while (power < most && rest % base === 0n) {
    rest /= base
    power++
  }
  return [rest, power]
}

export const canonicalQuantity = (text: string): string =>
  short.test(text) ? text : formatQuantity(parseQuantity(text))

/** Most quantities are of this form, in which no unit can be taken out: they are canonical already. */
const short = /^[1-9]\d{0,2}(?:m|k|[MGT]|[KMGT]i)?$/

export const toNumber = ({ nanos }: Quantity): number =>
  Number(nanos / one) + Number(nanos % one) / Number(one)

/** In thousandths, rounded up: millicores. */
export const milli = ({ nanos }: Quantity): number =>
  Number(nanos < 0n ? nanos / 1_000_000n : divideUp(nanos, 1_000_000n))

export const compareQuantities = (a: Quantity, b: Quantity): -1 | 0 | 1 =>
  a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0

/** Keeps the form of `a`, unless that is zero. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nanos: a.nanos + b.nanos,
  format: a.nanos === 0n ? b.format : a.format,
})

export const subtractQuantities = (a: Quantity, b: Quantity): Quantity =>
  addQuantities(a, { ...b, nanos: -b.nanos })
