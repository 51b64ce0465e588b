import { BlockList, isIPv4 } from 'node:net'

/** What an address is, when it is not simply that of a host. */
export type SpecialAddress = 'unspecified' | 'loopback' | 'link-local' | 'multicast'

const netsOf: Readonly<Record<SpecialAddress, readonly (readonly [string, number])[]>> = {
  unspecified: [
    ['0.0.0.0', 8],
    ['::', 128],
  ],
  loopback: [
    ['127.0.0.0', 8],
    ['::1', 128],
  ],
  // Where clouds keep the credentials of a machine.
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  multicast: [
    ['224.0.0.0', 3],
    ['ff00::', 8],
  ],
}

const familyOf = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6')

const lists = Object.entries(netsOf).map(([what, nets]) => {
  const list = new BlockList()
  for (const [address, bits] of nets) list.addSubnet(address, bits, familyOf(address))
  return [what as SpecialAddress, list] as const
})

/** Looks at a valid IP address, with or without a zone; one of IPv4 is the same when it is written as one of IPv6. */
export const specialAddress = (address: string): SpecialAddress | undefined => {
  const [plain = ''] = address.split('%')
  return lists.find(([, list]) => list.check(plain, familyOf(plain)))?.[0]
}
