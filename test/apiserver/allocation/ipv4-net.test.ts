import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseIPv4Net } from '../../../apiserver/allocation/ipv4-net.ts'
import { tryOrder } from '../../../apiserver/allocation/try-order.ts'

test('a net gives away all its addresses but the first and the last', () => {
  const net = parseIPv4Net('10.10.10.77/24')
  assert.ok(net)
  assert.equal(
    [net.cidr, net.size, net.at(0), net.at(net.size - 1)],
    ['10.10.10.0/24', 254, '10.10.10.1', '10.10.10.254'],
  )
  for (const out of ['10.10.10.0', '10.10.10.255', '10.10.9.255', '10.10.11.1', '::1', 'here'])
    assert.not.ok(net.contains(out), out)
})

test('every address of any net is in it, and is its only place', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(
      fc.tuple(byte, byte, byte, byte),
      fc.integer({ min: 8, max: 30 }),
      fc.nat(),
      (bytes, bits, n) => {
        const net = parseIPv4Net(`${bytes.join('.')}/${bits}`)
        assert.ok(net)
        const index = n % net.size
        assert.ok(net.contains(net.at(index)))
        assert.is.not(net.at(index), net.at((index + 1) % net.size))
        assert.is(parseIPv4Net(net.cidr)?.at(index), net.at(index))
      },
    ),
  )
})

test('what is no net', () => {
  for (const text of [
    '',
    '10.0.0.0',
    '10.0.0.0/31',
    '10.0.0.0/7',
    '10.0.0/24',
    '300.0.0.0/24',
    '::/64',
    '10.0.0.0/x',
  ])
    assert.is(parseIPv4Net(text), undefined, text)
})

test('every number is tried once, those of the lower band last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (size, at) => {
        const order = [...tryOrder(size, () => at)]
        assert.is(order.length, size)
        assert.is(new Set(order).size, size)
        assert.ok(order.every(each => each >= 0 && each < size))
        if (size > 16) assert.is(order.at(-1), Math.min(Math.max(16, size >> 4), 256) - 1)
      },
    ),
  )
})

test.run()
