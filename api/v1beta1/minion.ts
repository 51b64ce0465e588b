import { Node } from '../kinds/node.ts'
import { milli, parseQuantity, toNumber } from '../quantity.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { readMinion } from './shapes.ts'

/** Processors were counted in thousandths, everything else in units. */
const toCapacity = (capacity: Record<string, string> = {}): Record<string, number> =>
  Object.fromEntries(
    Object.entries(capacity).map(([name, text]) => {
      const quantity = parseQuantity(text)
      return [name, name === 'cpu' ? milli(quantity) : Math.floor(toNumber(quantity))]
    }),
  )

const fromCapacity = (capacity: Record<string, number | string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(capacity).map(([name, number]) => [name, name === 'cpu' ? `${number}m` : String(number)]),
  )

export const legacyMinion: LegacyKind<Node> = {
  kind: Node,
  plural: 'minions',
  legacyKind: 'Minion',
  name: 'minion',
  selectors: true,
  fields: { id: 'metadata.name', name: 'metadata.name' },

  toLegacy({ metadata, status }) {
    const capacity = toCapacity(status?.capacity)
    return {
      ...toMeta(legacyMinion, metadata),
      ...omitEmpty({ hostIP: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address }),
      resources: omitEmpty({ capacity }),
      ...omitEmpty({ labels: metadata.labels }),
    }
  },

  fromLegacy(body) {
    const said = readMinion(body, '') ?? {}
    const capacity = said.resources?.capacity
    return {
      metadata: { ...fromMeta(said, 'Minion'), namespace: undefined },
      status: omitUndefined({
        addresses: said.hostIP ? [{ type: 'InternalIP', address: said.hostIP }] : undefined,
        capacity: capacity && fromCapacity(capacity),
      }),
    }
  },
}
