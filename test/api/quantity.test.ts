import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milli,
  parseQuantity,
  QuantityError,
  subtractQuantities,
  toNumber,
} from '../../api/quantity.ts'

/** From the table tests of Kubernetes' own resource.Quantity. */
const canonical: Record<string, string> = {
  '0': '0',
  '0n': '0',
  '0Ki': '0',
  '0.5': '500m',
  '.5': '500m',
  '5.': '5',
  '+1': '1',
  '-1': '-1',
  '-0': '0',
  '1.5': '1500m',
  '1.5Gi': '1536Mi',
  '1024Mi': '1Gi',
  '512Ki': '512Ki',
  '0.5Ki': '512',
  '1023': '1023',
  '1024': '1024',
  '1024.1Ki': '1048679',
  '12000': '12k',
  '1000m': '1',
  '1500k': '1500k',
  '100u': '100u',
  '1000000n': '1m',
  '0.1n': '1n',
  '-0.1n': '-1n',
  '1.1n': '2n',
  '1e3': '1e3',
  '1E3': '1e3',
  '12e2': '1200',
  '1e-3': '1e-3',
  '1E': '1E',
  '1Ei': '1Ei',
  '9Ei': '9223372036854775807',
  '1e30': '9223372036854775807',
  '100e-1': '10',
}

for (const [text, expected] of Object.entries(canonical)) {
  test(`${text} is ${expected}`, () => assert.is(canonicalQuantity(text), expected))
}

for (const text of [
  '',
  'x',
  '1x',
  '1 Gi',
  '1mi',
  'Ki',
  '.',
  '1.2.3',
  '--1',
  '1e',
  '1e1.5',
  '0x10',
  '1e999999999',
]) {
  test(`"${text}" is no quantity`, () => {
    try {
      parseQuantity(text)
      assert.unreachable()
    } catch (error) {
      assert.ok(error instanceof QuantityError)
      assert.is(error.text, text)
      assert.match(error.message, 'quantities must match the regular expression')
    }
  })
}

const suffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-3']
const texts = fc
  .tuple(fc.constantFrom('', '-'), fc.nat(9999), fc.option(fc.nat(9999)), fc.constantFrom(...suffixes))
  .map(
    ([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`,
  )

test('the canonical form is the same amount, but for binary ones below a whole, and canonical itself where it keeps its unit', () => {
  fc.assert(
    fc.property(texts, text => {
      const once = canonicalQuantity(text)
      // A binary amount that is no multiple of 1024 is written without a unit, and so is read as a decimal one.
      if (!(text.endsWith('i') && /\d$/.test(once))) assert.is(canonicalQuantity(once), once)
      assert.is(compareQuantities(parseQuantity(canonicalQuantity(once)), parseQuantity(once)), 0)
      const [before, after] = [parseQuantity(text), parseQuantity(once)]
      if (text.endsWith('i')) assert.ok(toNumber(subtractQuantities(after, before)) ** 2 < 1)
      else assert.is(compareQuantities(before, after), 0)
    }),
  )
})

test('sums are exact, and order is that of the numbers', () => {
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const [x, y] = [parseQuantity(a), parseQuantity(b)]
      assert.is(subtractQuantities(addQuantities(x, y), y).nanos, x.nanos)
      assert.is(compareQuantities(x, y), Math.sign(Number(x.nanos - y.nanos)))
    }),
  )
  assert.is(formatQuantity(addQuantities(parseQuantity('0.1'), parseQuantity('0.2'))), '300m')
  assert.is(formatQuantity(addQuantities(parseQuantity('0'), parseQuantity('1Gi'))), '1Gi')
})

test('numbers', () => {
  assert.is(toNumber(parseQuantity('250m')), 0.25)
  assert.is(toNumber(parseQuantity('2Gi')), 2 ** 31)
  assert.is(milli(parseQuantity('0.25')), 250)
  assert.is(milli(parseQuantity('1u')), 1)
  assert.is(milli(parseQuantity('2')), 2000)
})

test.run()
