import { networkInterfaces } from 'node:os'

/**
 * The IP address under which others reach what listens on one: that, or where it listens on all, the host's first one
 * of the same family that is not loopback. A host without any other is reached over loopback.
 */
export const ownAddress = (bound: string, interfaces = networkInterfaces()): string => {
  const family = { '0.0.0.0': 'IPv4', '::': 'IPv6' }[bound]
  if (family === undefined) return bound
  const all = Object.values(interfaces).flatMap((addresses = []) => addresses)
  // What listens on all of IPv6 listens on all of IPv4, too, and link-local addresses mean nothing to others.
  const outer = all.filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
  const chosen = outer.find(each => each.family === family) ?? outer.find(each => each.family === 'IPv4')
  return chosen?.address ?? (family === 'IPv4' ? '127.0.0.1' : '::1')
}
