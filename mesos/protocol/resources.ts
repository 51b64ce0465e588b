import { type Amount, amountFields, amountOf, combine, describeAmount, isNothing } from './amount.ts'
import type { Resource } from './messages.gen.ts'

/** More is asked for than there is. */
export class InsufficientResources extends Error {
  override readonly name = 'InsufficientResources'
}

/** What a resource is, without how much: name, allocation, reservations, disk, ... */
type Identity = Omit<Resource, 'type' | 'scalar' | 'ranges' | 'set'>

interface Entry {
  readonly identity: Identity
  readonly amount: Amount
}

/** Exact amounts by identity: cpus reserved for one role are not added to those of another. No entry is empty. */
export type Resources = ReadonlyMap<string, Entry>

export const noResources: Resources = new Map()

/** Throws InvalidResource. */
export const resourcesOf = (list: readonly Resource[]): Resources => {
  const sum = new Map<string, Entry>()
  for (const resource of list) {
    const amount = amountOf(resource)
    if (isNothing(amount)) continue
    const { type, scalar: _, ranges: __, set: ___, ...named } = resource
    const identity = plainIdentity(named)
    const key = keyOf(type, identity)
    const there = sum.get(key)
    sum.set(key, { identity, amount: there ? combine('add', there.amount, amount) : amount })
  }
  return sum
}

export const toResourceList = (resources: Resources): Resource[] =>
  [...resources.values()].map(({ identity, amount }) => ({ ...identity, ...amountFields(amount) }))

export const addResources = (a: Resources, b: Resources): Resources => {
  const sum = new Map(a)
  for (const [key, { identity, amount }] of b) {
    const there = sum.get(key)
    sum.set(key, { identity, amount: there ? combine('add', there.amount, amount) : amount })
  }
  return sum
}

/** Throws InsufficientResources when `b` is not in `a`. */
export const subtractResources = (a: Resources, b: Resources): Resources => {
  const difference = new Map(a)
  for (const [key, { identity, amount }] of b) {
    const there = difference.get(key)
    const short = there ? combine('subtract', amount, there.amount) : amount
    if (!there || !isNothing(short)) {
      throw new InsufficientResources(`${identity.name}: short by ${describeAmount(short)}`)
    }
    const left = combine('subtract', there.amount, amount)
    if (isNothing(left)) difference.delete(key)
    else difference.set(key, { identity, amount: left })
  }
  return difference
}

export const containsResources = (a: Resources, b: Resources): boolean =>
  [...b].every(([key, { amount }]) => {
    const there = a.get(key)
    return there !== undefined && isNothing(combine('subtract', amount, there.amount))
  })

/**
 * What a plain task may use under `name`, whatever role it is reserved for; undefined when there is none. Volumes,
 * revocable and shared resources do not count: they must be asked for by their identity.
 */
export const available = (resources: Resources, name: string): Amount | undefined =>
  plainEntries(resources, name)
    .map(([, { amount }]) => amount)
    .reduce<Amount | undefined>((sum, amount) => (sum ? combine('add', sum, amount) : amount), undefined)

/**
 * `amount` of `name` out of `resources`, reserved ones first so that the unreserved stay for others; undefined when
 * there is not enough. Subtract the answer to have the rest.
 */
export const takeResources = (resources: Resources, name: string, amount: Amount): Resources | undefined => {
  const taken = new Map<string, Entry>()
  let wanted = amount
  for (const [key, entry] of plainEntries(resources, name)) {
    if (entry.amount.type !== wanted.type) continue
    const part = combine('intersect', entry.amount, wanted)
    if (isNothing(part)) continue
    taken.set(key, { identity: entry.identity, amount: part })
    wanted = combine('subtract', wanted, part)
  }
  return isNothing(wanted) ? taken : undefined
}

/** The same resources allocated to `role`; with undefined, allocated to none, as an agent has them. */
export const allocatedTo = (resources: Resources, role: string | undefined): Resources =>
  resourcesOf(
    toResourceList(resources).map(({ allocation_info: _, ...resource }) =>
      role === undefined ? resource : { ...resource, allocation_info: { role } },
    ),
  )

/** Equal for equal identities. Most say no more than a name and the role they are allocated to. */
const keyOf = (type: Resource['type'], identity: Identity): string => {
  const { name, allocation_info, ...more } = identity
  return allocation_info && Object.values(more).every(value => value === undefined)
    ? JSON.stringify([type, name, allocation_info.role ?? null])
    : JSON.stringify([type, canonical(identity)])
}

/** The role `*` and an empty list of reservations say no more than their absence. */
const plainIdentity = ({ role, reservations, ...rest }: Identity): Identity => ({
  ...rest,
  ...(role !== undefined && role !== '*' && { role }),
  ...(reservations && reservations.length > 0 && { reservations }),
})

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  )
}

const isReserved = ({ role, reservations }: Identity): boolean =>
  role !== undefined || reservations !== undefined

const plainEntries = (resources: Resources, name: string): readonly (readonly [string, Entry])[] =>
  [...resources]
    .filter(([, { identity }]) => identity.name === name)
    .filter(([, { identity }]) => !identity.disk && !identity.revocable && !identity.shared)
    .sort(([, a], [, b]) => Number(isReserved(b.identity)) - Number(isReserved(a.identity)))
