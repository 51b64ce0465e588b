import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../quantity.ts'
import type { Container, PodSpec } from './types.ts'

type Kind = 'requests' | 'limits'
type Amounts = Readonly<Record<string, string>>

/**
 * What the containers of a pod come to: all that run at the same time, or what comes before them if that is more. Init
 * containers run one by one, each beside those before it that go on running.
 */
export const totalOf = (spec: PodSpec, kind: Kind): Amounts => {
  const amounts = ({ resources }: Container): Amounts => resources?.[kind] ?? {}
  const running = new Map<string, Quantity>()
  for (const container of spec.containers) add(running, amounts(container))
  const beside = new Map<string, Quantity>()
  const peak = new Map<string, Quantity>()
  for (const container of spec.initContainers ?? []) {
    const stays = container.restartPolicy === 'Always'
    if (stays) add(running, amounts(container))
    const now = stays ? beside : new Map(beside)
    add(now, amounts(container))
    raise(peak, now)
  }
  raise(running, peak)
  return Object.fromEntries([...running].map(([name, amount]) => [name, formatQuantity(amount)]))
}

const add = (sums: Map<string, Quantity>, amounts: Amounts): void => {
  for (const name in amounts) {
    const amount = parseQuantity(amounts[name] ?? '0')
    const sum = sums.get(name)
    sums.set(name, sum ? addQuantities(sum, amount) : amount)
  }
}

const raise = (least: Map<string, Quantity>, amounts: ReadonlyMap<string, Quantity>): void => {
  for (const [name, amount] of amounts) {
    const before = least.get(name)
    if (!before || compareQuantities(before, amount) < 0) least.set(name, amount)
  }
}
