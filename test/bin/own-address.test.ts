import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ownAddress } from '../../bin/own-address.ts'

const on = (family: 'IPv4' | 'IPv6', address: string, internal = false): NetworkInterfaceInfo => {
  const rest = { address, netmask: '', mac: '', internal, cidr: null }
  return family === 'IPv4' ? { ...rest, family } : { ...rest, family, scopeid: 0 }
}

const lo = [on('IPv4', '127.0.0.1', true), on('IPv6', '::1', true)]
const eth0 = [on('IPv6', 'fe80::1'), on('IPv4', '192.0.2.7'), on('IPv6', '2001:db8::7')]

test('a server is reached where it listens', () => {
  for (const address of ['127.0.0.1', '192.0.2.8', '::1'])
    assert.is(ownAddress(address, { lo, eth0 }), address)
})

test('who listens everywhere is reached at the host’s own address', () => {
  assert.is(ownAddress('0.0.0.0', { lo, eth0 }), '192.0.2.7')
  assert.is(ownAddress('::', { lo, eth0 }), '2001:db8::7')
  assert.is(ownAddress('::', { lo, eth0: [on('IPv4', '192.0.2.7')] }), '192.0.2.7')
})

test('a host without any other is reached over loopback', () => {
  const eth0 = [on('IPv4', '169.254.3.4')]
  assert.is(ownAddress('0.0.0.0', { lo, eth0 }), '127.0.0.1')
  assert.is(ownAddress('::', { lo }), '::1')
})

test.run()
