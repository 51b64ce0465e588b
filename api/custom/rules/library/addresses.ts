import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net'
import type { Environment } from '@marcbachmann/cel-js'

type Family = 'ipv4' | 'ipv6'

const familyOf = (address: string): Family => (isIPv4(address) ? 'ipv4' : 'ipv6')

class CelIp {
  readonly address: string
  readonly family: Family

  constructor(text: string) {
    if (!isIp(text))
      throw new TypeError(`IP Address ${JSON.stringify(text)} parse error during conversion from string`)
    this.family = familyOf(text)
    this.address = new SocketAddress({ address: text, family: this.family }).address
  }

  isIn(...ranges: string[]): boolean {
    return ranges.some(each => new CelCidr(each).contains(this))
  }

  toString(): string {
    return this.address
  }
}

class CelCidr {
  readonly ip: CelIp
  readonly prefix: number

  constructor(text: string) {
    const [, address, prefix] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
    if (!address || !isIp(address) || Number(prefix) > (isIPv4(address) ? 32 : 128)) {
      throw new TypeError(
        `network address parse error during conversion from string: ${JSON.stringify(text)}`,
      )
    }
    this.ip = new CelIp(address)
    this.prefix = Number(prefix)
  }

  contains({ address, family }: CelIp): boolean {
    if (family !== this.ip.family) return false
    const block = new BlockList()
    block.addSubnet(this.ip.address, this.prefix, family)
    return block.check(address, family)
  }

  toString(): string {
    return `${this.ip}/${this.prefix}`
  }
}

/** Zones, and IPv4 inside IPv6, are not taken. */
const isIp = (text: string): boolean => isIP(text) !== 0 && !text.includes('%') && !/:.*\./.test(text)

const isCidr = (text: string): boolean => {
  try {
    return new CelCidr(text) !== undefined
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const local = { multicast: ['224.0.0.0/24', 'ff02::/16'], unicast: ['169.254.0.0/16', 'fe80::/10'] } as const

const isUnspecified = (ip: CelIp): boolean => ip.isIn('0.0.0.0/32', '::/128')
const isLoopback = (ip: CelIp): boolean => ip.isIn('127.0.0.0/8', '::1/128')
const isGlobal = (ip: CelIp): boolean =>
  !isUnspecified(ip) &&
  !isLoopback(ip) &&
  !ip.isIn('224.0.0.0/4', 'ff00::/8', '255.255.255.255/32', ...local.unicast)

/** IP addresses and ranges of them, as Kubernetes' library of CEL has them. */
export const registerAddresses = (env: Environment): void => {
  env
    .registerType('net.IP', CelIp)
    .registerType('net.CIDR', CelCidr)
    .registerFunction('isIP(string): bool', isIp)
    .registerFunction('ip(string): net.IP', (text: string) => new CelIp(text))
    .registerFunction('string(net.IP): string', String)
    .registerOperator('net.IP == net.IP', (a: CelIp, b: CelIp) => a.address === b.address)
    .registerFunction('net.IP.family(): int', ({ family }: CelIp) => (family === 'ipv4' ? 4n : 6n))
    .registerFunction('net.IP.isUnspecified(): bool', isUnspecified)
    .registerFunction('net.IP.isLoopback(): bool', isLoopback)
    .registerFunction('net.IP.isLinkLocalMulticast(): bool', (ip: CelIp) => ip.isIn(...local.multicast))
    .registerFunction('net.IP.isLinkLocalUnicast(): bool', (ip: CelIp) => ip.isIn(...local.unicast))
    .registerFunction('net.IP.isGlobalUnicast(): bool', isGlobal)
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('cidr(string): net.CIDR', (text: string) => new CelCidr(text))
    .registerFunction('string(net.CIDR): string', String)
    .registerOperator('net.CIDR == net.CIDR', (a: CelCidr, b: CelCidr) => String(a) === String(b))
    .registerFunction('net.CIDR.ip(): net.IP', ({ ip }: CelCidr) => ip)
    .registerFunction('net.CIDR.prefixLength(): int', ({ prefix }: CelCidr) => BigInt(prefix))
    .registerFunction('net.CIDR.containsIP(net.IP): bool', (cidr: CelCidr, ip: CelIp) => cidr.contains(ip))
    .registerFunction('net.CIDR.containsIP(string): bool', (cidr: CelCidr, ip: string) =>
      cidr.contains(new CelIp(ip)),
    )
    .registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', containsCidr)
    .registerFunction('net.CIDR.containsCIDR(string): bool', (a: CelCidr, b: string) =>
      containsCidr(a, new CelCidr(b)),
    )
}

const containsCidr = (a: CelCidr, b: CelCidr): boolean => a.prefix <= b.prefix && a.contains(b.ip)
