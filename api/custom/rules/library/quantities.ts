import type { Environment } from '@marcbachmann/cel-js'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  subtractQuantities,
  toNumber,
} from '../../../quantity.ts'

class CelQuantity {
  readonly amount: Quantity

  constructor(amount: Quantity) {
    this.amount = amount
  }

  toString(): string {
    return formatQuantity(this.amount)
  }
}

const isQuantity = (text: string): boolean => {
  try {
    parseQuantity(text)
    return true
  } catch (error) {
    if (error instanceof QuantityError) return false
    throw error
  }
}

const whole = (count: bigint): Quantity => ({ nanos: count * 1_000_000_000n, format: 'DecimalSI' })

const isInteger = ({ amount }: CelQuantity): boolean => amount.nanos % 1_000_000_000n === 0n

/** Quantities, as Kubernetes' library of CEL has them. */
export const registerQuantities = (env: Environment): void => {
  env
    .registerType('Quantity', CelQuantity)
    .registerFunction('isQuantity(string): bool', isQuantity)
    .registerFunction('quantity(string): Quantity', (text: string) => new CelQuantity(parseQuantity(text)))
    .registerOperator(
      'Quantity == Quantity',
      (a: CelQuantity, b: CelQuantity) => compareQuantities(a.amount, b.amount) === 0,
    )
    .registerFunction('Quantity.compareTo(Quantity): int', (a: CelQuantity, b: CelQuantity) =>
      BigInt(compareQuantities(a.amount, b.amount)),
    )
    .registerFunction(
      'Quantity.isLessThan(Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compareQuantities(a.amount, b.amount) < 0,
    )
    .registerFunction(
      'Quantity.isGreaterThan(Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compareQuantities(a.amount, b.amount) > 0,
    )
    .registerFunction('Quantity.sign(): int', (a: CelQuantity) =>
      BigInt(compareQuantities(a.amount, whole(0n))),
    )
    .registerFunction('Quantity.isInteger(): bool', isInteger)
    .registerFunction('Quantity.asInteger(): int', (a: CelQuantity) => {
      if (!isInteger(a)) throw new RangeError('cannot convert value to integer')
      return a.amount.nanos / 1_000_000_000n
    })
    .registerFunction('Quantity.asApproximateFloat(): double', (a: CelQuantity) => toNumber(a.amount))
  for (const [name, by] of [
    ['add', addQuantities],
    ['sub', subtractQuantities],
  ] as const) {
    env
      .registerFunction(
        `Quantity.${name}(Quantity): Quantity`,
        (a: CelQuantity, b: CelQuantity) => new CelQuantity(by(a.amount, b.amount)),
      )
      .registerFunction(
        `Quantity.${name}(int): Quantity`,
        (a: CelQuantity, count: bigint) => new CelQuantity(by(a.amount, whole(count))),
      )
  }
}
