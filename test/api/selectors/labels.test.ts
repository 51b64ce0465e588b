import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus, statusOf } from '../../../api/errors.ts'
import { labelSelectorOf, parseLabelSelector, selectorOfMap } from '../../../api/selectors/labels.ts'
import { refusal } from '../recordings.ts'

const messageOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    assert.ok(isStatus(error, 'BadRequest'))
    return error.message
  }
  return 'nothing thrown'
}

test('a parse error is answered as recorded', () => {
  try {
    parseLabelSelector('a===')
    assert.unreachable()
  } catch (error) {
    assert.equal(statusOf(error), refusal('unable to parse requirement'))
  }
})

const labels = { app: 'web', tier: 'front', size: '3', in: 'x', 'example.com/a': '' }

const matching: [string, boolean][] = [
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app = web , tier = front', true],
  ['app!=web', false],
  ['absent!=web', true],
  ['app=db', false],
  ['app', true],
  ['!app', false],
  ['!absent', true],
  ['! absent', true],
  ['app in (web, db)', true],
  ['app notin (web,db)', false],
  ['absent notin (web)', true],
  ['absent in (web)', false],
  ['app=web,tier=back', false],
  ['example.com/a=', true],
  ['example.com/a in (,x)', true],
  ['app in (x,)', false],
  ['size>2', true],
  ['size<3', false],
  ['app>2', false],
  ['in=x', true],
  ['in in (in, x)', true],
  ['constructor', false],
]

for (const [text, expected] of matching) {
  test(`${text || 'the empty selector'} ${expected ? 'matches' : 'does not match'}`, () =>
    assert.is(parseLabelSelector(text).matches(labels), expected))
}

const failing: [string, string][] = [
  ['a===', "unable to parse requirement: found '=', expected: identifier"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['a,', "found '', expected: identifier after ','"],
  ['a,,b', "found ',', expected: identifier after ','"],
  ['a b', "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in ()', "unable to parse requirement: for 'in', 'notin' operators, values set can't be empty"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['a>b', "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"],
]

for (const [text, message] of failing) {
  test(`${text} is refused`, () =>
    assert.is(
      messageOf(() => parseLabelSelector(text)),
      message,
    ))
}

test('keys and values have to be labels', () => {
  assert.match(
    messageOf(() => parseLabelSelector('a_=x')),
    'invalid label key "a_": name part must consist of alphanumeric characters',
  )
  assert.match(
    messageOf(() => parseLabelSelector('a=-x')),
    'invalid label value: "-x": at key: "a": a valid label must be an empty string or consist of',
  )
})

test("the selector of an object's spec", () => {
  const selector = labelSelectorOf({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['front', 'back'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  })
  assert.ok(selector.matches(labels))
  assert.not(selector.matches({ ...labels, old: '' }))
  assert.is(selector.toString(), 'app=web,!old,tier in (back,front)')
  assert.ok(labelSelectorOf({}).matches({}))
  assert.not(labelSelectorOf(undefined).matches({}))
  assert.match(
    messageOf(() => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] })),
    'not a valid pod selector operator',
  )
})

test('a map selects what has all of it', () => {
  assert.ok(selectorOfMap({ app: 'web' }).matches(labels))
  assert.not(selectorOfMap({ app: 'web', x: 'y' }).matches(labels))
  assert.ok(selectorOfMap(undefined).matches(undefined))
  assert.is(selectorOfMap({ b: '2', a: '1' }).toString(), 'a=1,b=2')
})

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/)
const map = fc.dictionary(word, fc.stringMatching(/^[a-z0-9]{0,2}$/), { maxKeys: 4 })
const term = fc
  .tuple(
    word,
    fc.constantFrom('=', '==', '!=', 'in', 'notin', 'exists', '!'),
    fc.array(word, { minLength: 1, maxLength: 3 }),
  )
  .map(([key, operator, values]) => {
    if (operator === 'exists') return key
    if (operator === '!') return `!${key}`
    return operator.includes('in') ? `${key} ${operator} (${values.join()})` : `${key}${operator}${values[0]}`
  })
const selectors = fc.array(term, { maxLength: 4 }).map(terms => terms.join())

test('what a selector prints is the same selector', () => {
  fc.assert(
    fc.property(selectors, map, (text, labels) => {
      const selector = parseLabelSelector(text)
      const again = parseLabelSelector(selector.toString())
      assert.equal(again.requirements, selector.requirements)
      assert.is(again.matches(labels), selector.matches(labels))
    }),
  )
})

test('more requirements never match more', () => {
  fc.assert(
    fc.property(selectors, term, map, (text, more, labels) => {
      const both = parseLabelSelector([text, more].filter(Boolean).join())
      if (both.matches(labels)) assert.ok(parseLabelSelector(text).matches(labels))
    }),
  )
})

test('a requirement and its opposite never agree', () => {
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1, maxLength: 3 }), map, (key, values, labels) => {
      const matches = (text: string) => parseLabelSelector(text).matches(labels)
      assert.is.not(matches(`${key} in (${values})`), matches(`${key} notin (${values})`))
      assert.is.not(matches(key), matches(`!${key}`))
      assert.is.not(matches(`${key}=${values[0]}`), matches(`${key}!=${values[0]}`))
    }),
  )
})

test('any text either parses or is refused with BadRequest', () => {
  const pieces = fc.array(
    fc.constantFrom('a', 'in', 'notin', '=', '!', '(', ')', ',', ' ', '>', '/', '-', 'é'),
  )
  fc.assert(
    fc.property(pieces, list => {
      try {
        parseLabelSelector(list.join(''))
      } catch (error) {
        assert.ok(isStatus(error, 'BadRequest'))
      }
    }),
  )
})

test.run()
