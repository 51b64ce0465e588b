import type { Environment } from '@marcbachmann/cel-js'

type Comparable = string | number | bigint | boolean | Date

const smallest = (items: readonly Comparable[], sign: 1 | -1, name: string): Comparable => {
  const [first, ...rest] = items
  if (first === undefined) throw new RangeError(`${name} called on empty list`)
  return rest.reduce((best, each) => ((sign > 0 ? each < best : each > best) ? each : best), first)
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && String(a) === String(b))

/** Lists and sets, as Kubernetes' library of CEL has them. */
export const registerLists = (env: Environment): void => {
  for (const type of ['int', 'double'] as const) {
    env.registerFunction(`list<${type}>.sum(): ${type}`, (items: (number | bigint)[]) =>
      items.reduce<number | bigint>(
        (sum, each) => (typeof sum === 'bigint' ? sum + BigInt(each) : sum + Number(each)),
        type === 'int' ? 0n : 0,
      ),
    )
  }
  env
    .registerFunction('list<A>.isSorted(): bool', (items: Comparable[]) =>
      items.every((each, i) => i === 0 || (items[i - 1] ?? each) <= each),
    )
    .registerFunction('list<A>.min(): A', (items: Comparable[]) => smallest(items, 1, 'min'))
    .registerFunction('list<A>.max(): A', (items: Comparable[]) => smallest(items, -1, 'max'))
    .registerFunction('list<A>.indexOf(A): int', (items: unknown[], wanted: unknown) =>
      BigInt(items.findIndex(each => same(each, wanted))),
    )
    .registerFunction('list<A>.lastIndexOf(A): int', (items: unknown[], wanted: unknown) =>
      BigInt(items.findLastIndex(each => same(each, wanted))),
    )
  class Sets {}
  const containsAll = (all: unknown[], some: unknown[]): boolean => {
    const plain = new Set(all)
    return some.every(each => plain.has(each) || all.some(other => same(other, each)))
  }
  env
    .registerType('sets', Sets)
    .registerConstant('sets', 'sets', new Sets())
    .registerFunction('sets.contains(list<A>, list<A>): bool', (_: Sets, a: unknown[], b: unknown[]) =>
      containsAll(a, b),
    )
    .registerFunction(
      'sets.equivalent(list<A>, list<A>): bool',
      (_: Sets, a: unknown[], b: unknown[]) => containsAll(a, b) && containsAll(b, a),
    )
    .registerFunction('sets.intersects(list<A>, list<A>): bool', (_: Sets, a: unknown[], b: unknown[]) =>
      b.some(each => containsAll(a, [each])),
    )
}
