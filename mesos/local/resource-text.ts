import { thousandths } from '../protocol/amount.ts'
import type { Attribute, DomainInfo, Resource } from '../protocol/messages.gen.ts'

/** Scalars in thousandths, by name. */
export type Quantities = ReadonlyMap<string, number>

/** Text that is not in Mesos' syntax for resources or attributes. */
class InvalidText extends Error {
  override readonly name = 'InvalidText'
}

const rangesPattern = /^\[\s*(\d+\s*-\s*\d+(?:\s*,\s*\d+\s*-\s*\d+)*)\s*\]$/
const setPattern = /^\{(.*)\}$/
const numberPattern = /^\d+(\.\d+)?$/

const parseValue = (text: string) => {
  const ranges = rangesPattern.exec(text)?.[1]
  if (ranges) {
    const range = ranges.split(',').map(part => {
      const [begin = 0, end = 0] = part.split('-').map(Number)
      return { begin, end }
    })
    return { type: 'RANGES', ranges: { range } } as const
  }
  const set = setPattern.exec(text)?.[1]
  if (set !== undefined)
    return { type: 'SET', set: { item: set.split(',').map(item => item.trim()) } } as const
  if (numberPattern.test(text)) return { type: 'SCALAR', scalar: { value: Number(text) } } as const
  return { type: 'TEXT', text: { value: text } } as const
}

/** `name:value;name:value` as pairs. */
const parsePairs = (text: string) =>
  text
    .split(';')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const colon = part.indexOf(':')
      if (colon < 1) throw new InvalidText(`'${part}' is not name:value`)
      return { name: part.slice(0, colon).trim(), ...parseValue(part.slice(colon + 1).trim()) }
    })

const reservedName = /^([^()]+)\(([^()]+)\)$/

/** `cpus:8;cpus(role):2;ports:[31000-31999,33000-33999]`: the second CPUs are reserved. Throws InvalidText. */
export const parseResources = (text: string): Resource[] =>
  parsePairs(text).map(resource => {
    if (resource.type === 'TEXT')
      throw new InvalidText(`'${resource.name}' is not an amount: ${resource.text.value}`)
    const [, name, role] = reservedName.exec(resource.name) ?? []
    if (name === undefined || role === undefined) return resource
    return { ...resource, name, ...(role !== '*' && { reservations: [{ type: 'STATIC', role }] }) }
  })

/** `cpus:0.01|mem:32`: all of one of these. Throws InvalidText. */
export const parseQuantities = (text: string): Quantities[] =>
  text
    .split('|')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(
      part =>
        new Map(
          parseResources(part).map(({ name, scalar }) => {
            if (!scalar) throw new InvalidText(`'${name}' is not a number`)
            return [name, thousandths(scalar.value)]
          }),
        ),
    )

/** `region/zone`; undefined for an empty text. Throws InvalidText. */
export const parseDomain = (text: string): DomainInfo | undefined => {
  if (text === '') return undefined
  const [region, zone, ...more] = text.split('/')
  if (!region || !zone || more.length > 0) throw new InvalidText(`'${text}' is not region/zone`)
  return { fault_domain: { region: { name: region }, zone: { name: zone } } }
}

/** `rack:r1;zone:z1`. Throws InvalidText. */
export const parseAttributes = (text: string): Attribute[] => parsePairs(text)

/** The amount of a resource, or the value of an attribute, as Mesos prints it: `8`, `[31000-32000]`, `r1`. */
export const formatValue = ({ scalar, ranges, set, text }: Omit<Attribute, 'name' | 'type'>): string => {
  if (scalar) return String(scalar.value)
  if (ranges) return `[${(ranges.range ?? []).map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`
  if (set) return `{${(set.item ?? []).join(', ')}}`
  return text?.value ?? ''
}

const namesOf = ({ reservations = [], allocation_info }: Resource): string => {
  const reserved = reservations.map(({ type, role }) => `(${type},${role})`).join(',')
  return [
    reserved && `(reservations: [${reserved}])`,
    allocation_info?.role !== undefined && `(allocated: ${allocation_info.role})`,
  ]
    .filter(Boolean)
    .join('')
}

/** `cpus(allocated: *):8; ports(allocated: *):[31000-32000]`, as in Mesos' messages. */
export const formatResources = (resources: readonly Resource[]): string =>
  resources
    .map(
      resource =>
        `${resource.name}${namesOf(resource)}${resource.revocable ? '{REV}' : ''}:${formatValue(resource)}`,
    )
    .join('; ')
