import { isIPv4 } from 'node:net'

/** A network of IPv4 addresses, of which the first and the last are nobody's. */
export interface IPv4Net {
  /** As in `10.10.10.0/24`. */
  readonly cidr: string
  /** How many addresses can be given away. */
  readonly size: number
  /** The addresses that can be given away, from 0 on. */
  at(index: number): string
  contains(address: string): boolean
}

const numberOf = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0)

const addressOf = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')

const netOf = (address: string, bits: number): IPv4Net => {
  const all = 2 ** (32 - bits)
  const base = Math.floor(numberOf(address) / all) * all
  const size = all - 2
  return {
    cidr: `${addressOf(base)}/${bits}`,
    size,
    at: index => addressOf(base + 1 + index),
    contains(each) {
      const index = numberOf(each) - base - 1
      return isIPv4(each) && index >= 0 && index < size
    },
  }
}

/** That of the original's README. */
export const defaultPortalNet = netOf('10.10.10.0', 24)

/** Reads `10.10.10.0/24`; /8 to /30. Undefined for anything else. */
export const parseIPv4Net = (text: string): IPv4Net | undefined => {
  const [, address = '', digits] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  const bits = Number(digits)
  if (!isIPv4(address) || bits < 8 || bits > 30) return undefined
  return netOf(address, bits)
}
