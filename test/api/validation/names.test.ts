import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Check,
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  envName,
  labelValue,
  portName,
  qualifiedName,
  underscoredSubdomain,
} from '../../../api/validation/names.ts'

const long = 'a'.repeat(64)

const cases: [string, Check, string[], string[]][] = [
  [
    'subdomain',
    dnsSubdomain,
    ['a', '10.0.0.1', 'a-b.c'],
    ['', 'A', 'a_b', '-a', 'a.', 'a..b', 'a'.repeat(254), 'a\n'],
  ],
  ['label', dnsLabel, ['a', '1-a'], ['', 'a.b', 'a-', long, 'nginxController']],
  ['DNS-1035 label', dns1035Label, ['a-1'], ['1-a', '', long]],
  ['label value', labelValue, ['', 'A_b.c', '1'], ['-', 'a b', 'a-', long]],
  [
    'label key',
    qualifiedName,
    ['a', 'A_b', 'k8s.mesosphere.io/taskId'],
    ['', '/a', 'a/', 'a/b/c', 'A.b/c', long, `x/${long}`],
  ],
  ['environment', envName, ['A', '_a.b-c', '-a', '1a', 'a b'], ['', 'a=b', 'ä', 'a\n']],
  ['domain', underscoredSubdomain, ['a.b', '_tcp.a_b'], ['', 'a..b', 'A', '__a']],
  ['port', portName, ['http', 'a-1', '1a'], ['', '80', 'HTTP', 'a--b', '-a', 'a-', 'a'.repeat(16)]],
]

for (const [name, check, good, bad] of cases) {
  test(`${name}: good ones`, () => {
    for (const text of good) assert.equal(check(text), [], text)
  })
  test(`${name}: bad ones`, () => {
    for (const text of bad) assert.ok(check(text).length > 0, text)
  })
}

test('too long and not well formed are two things', () => {
  assert.is(dnsLabel('A'.repeat(64)).length, 2)
  assert.is(dnsLabel(long)[0], 'must be no more than 63 characters')
  assert.is(labelValue(long)[0], 'must be no more than 63 bytes')
  assert.equal(dnsLabel('a.b'), ['must not contain dots'])
  assert.match(qualifiedName('A/b')[0] ?? '', 'prefix part a lowercase RFC 1123 subdomain')
})

test('every label is a subdomain and a label value', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[-a-z0-9]{1,8}$/), text => {
      if (dnsLabel(text).length === 0) assert.equal([...dnsSubdomain(text), ...labelValue(text)], [])
    }),
  )
})

test.run()
