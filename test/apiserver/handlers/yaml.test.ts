import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { toYaml } from '../../../api/yaml.ts'
import type { Faults } from '../../../apiserver/handlers/json.ts'
import { parseYaml } from '../../../apiserver/handlers/yaml.ts'

const messageOf = (text: string): string => {
  try {
    parseYaml(text)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test('plain words are to it what they are to Go', () => {
  const words = [
    ['true', true],
    ['Yes', true],
    ['on', true],
    ['n', false],
    ['"no"', 'no'],
    ['nope', 'nope'],
    ['~', null],
    ['', null],
    ['0644', 420],
    ['0o17', 15],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['08', 8],
    ['12:30:45', '12:30:45'],
    ['2024-01-02', '2024-01-02'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['.inf', '.inf'],
    ['1.2.3', '1.2.3'],
    ['!!str 1', '1'],
    ['1Gi', '1Gi'],
  ] as const
  for (const [word, value] of words) assert.equal(parseYaml(`a: ${word}`), { a: value }, word)
  assert.equal(parseYaml('a: &a {b: 1}\nc: {<<: *a, d: 2}'), { a: { b: 1 }, c: { b: 1, d: 2 } })
  assert.equal(parseYaml('1: a\nyes: b'), { 1: 'a', true: 'b' })
  assert.is(parseYaml('# nothing'), null)
})

test('what is written is read again', () => {
  const word = fc.constantFrom(
    'y',
    'No',
    '0644',
    '1_0',
    '0b1',
    '0o7',
    '1e3',
    '.inf',
    '<<',
    '12:30',
    '~',
    'a: b',
    '- a',
  )
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), word)
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, each => {
      const plain: unknown = JSON.parse(JSON.stringify(each))
      assert.equal(JSON.parse(JSON.stringify(parseYaml(toYaml(plain)))), plain)
    }),
  )
})

test('keys that a map has twice are told with their lines, the last counts', () => {
  const faults: Faults = { texts: [] }
  const text = 'a: 1\nb:\n- {c: 1, c: 2}\n- c: 3\n"a": 4\n'
  assert.equal(parseYaml(text, faults), { a: 4, b: [{ c: 2 }, { c: 3 }] })
  assert.equal(faults.texts, [
    [
      'error converting YAML to JSON: yaml: unmarshal errors:',
      '  line 3: key "c" already set in map',
      '  line 5: key "a" already set in map',
    ].join('\n'),
  ])
})

test('what is wrong is told with its line', () => {
  assert.match(messageOf('a: 1\nb: [\n'), /^yaml: line \d: /)
  assert.match(messageOf('a: *b'), /^yaml: line 1: .*b/)
  assert.match(messageOf('a: 1\n---\nb: 1'), 'one document, not several')
  assert.match(messageOf('? [a]\n: b'), 'does not support complex keys')
  assert.match(messageOf('- '.repeat(1_000)), 'exceeded max depth')
})

test('aliases neither multiply without end nor hold themselves', () => {
  const anchors = [...'bcdefghi'].map((name, i) => {
    const last = 'abcdefgh'[i]
    return `${name}: &${name} [${Array(9).fill(`*${last}`).join()}]`
  })
  const laughs = [`a: &a [${Array(9).fill('lol').join()}]`, ...anchors].join('\n')
  assert.match(messageOf(laughs), 'excessive aliasing')
  assert.match(messageOf('a: &a [*a]'), "anchor 'a' value contains itself")
  assert.match(messageOf('a: &a {b: [1, {c: *a}]}'), "anchor 'a' value contains itself")
  assert.equal(parseYaml('a: &a [1, 2]\nb: *a\nc: &a x\nd: *a'), { a: [1, 2], b: [1, 2], c: 'x', d: 'x' })
})

// In time that grows with the text: with its square, each of these would take hours.
test('long bodies hold nobody up', () => {
  const count = 100_000
  const numbers = Array.from({ length: count }, (_, i) => i)
  assert.equal(parseYaml(`a:\n${numbers.map(i => `- ${i}\n`).join('')}`), { a: numbers })
  const keys = numbers.map(i => `k${i}: v`)
  assert.is(Object.keys(parseYaml(keys.join('\n')) as object).length, count)
  assert.is(Object.keys(parseYaml(`{${keys.join(', ')}}`) as object).length, count)
  const faults: Faults = { texts: [] }
  assert.equal(parseYaml('k: v\n'.repeat(count), faults), { k: 'v' })
  assert.is(faults.texts[0]?.split('\n').length, count)
  const anchored = numbers.map(i => `a${i}: &x${i} v`)
  assert.is(Object.keys(parseYaml(anchored.join('\n')) as object).length, count)
  const aliased = numbers.map(i => `b${i}: *x`)
  assert.is(Object.keys(parseYaml(['a: &x v', ...aliased].join('\n')) as object).length, count + 1)
})

test.run()
