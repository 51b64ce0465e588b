import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus, statusOf } from '../../../api/errors.ts'
import { Event, Namespace, Pod } from '../../../api/kinds/index.ts'
import { escapeFieldValue, parseFieldSelector } from '../../../api/selectors/fields.ts'
import { pod } from '../pods.ts'
import { recorded, refusal } from '../recordings.ts'

const t1 = recorded('GET', '/api/v1/namespaces/default/pods/t1', 3).response.body as unknown as Pod

test('an unknown field is refused as recorded', () => {
  try {
    parseFieldSelector(Pod, 'spec.foo=x')
    assert.unreachable()
  } catch (error) {
    assert.equal(statusOf(error), refusal('field label not supported'))
  }
})

const matching: [string, boolean][] = [
  ['', true],
  ['metadata.name=t1', true],
  ['metadata.name==t1', true],
  ['metadata.name!=t1', false],
  ['metadata.namespace=default,spec.nodeName=node-a', true],
  ['metadata.namespace=default,spec.nodeName=', false],
  ['spec.nodeName!=', true],
  ['status.phase=Running', true],
  ['spec.restartPolicy=Always,status.podIP=10.0.0.9', true],
  ['spec.schedulerName!=default-scheduler', false],
]

for (const [text, expected] of matching) {
  test(`${text || 'the empty selector'} ${expected ? 'matches' : 'does not match'}`, () =>
    assert.is(parseFieldSelector(Pod, text).matches(t1), expected))
}

for (const text of [
  'a',
  'metadata.name',
  'metadata.name=a=b',
  'metadata.name=\\x',
  'metadata.name=\\',
  'toString=x',
]) {
  test(`${text} is refused`, () => {
    assert.throws(
      () => parseFieldSelector(Pod, text),
      (error: unknown) => isStatus(error, 'BadRequest'),
    )
  })
}

test('kinds have fields of their own', () => {
  assert.ok(parseFieldSelector(Event, 'involvedObject.name=a,type!=Warning'))
  assert.ok(parseFieldSelector(Namespace, 'status.phase=Active'))
  assert.throws(() => parseFieldSelector(Namespace, 'spec.nodeName=a'))
})

test('any value can be asked for, escaped', () => {
  fc.assert(
    fc.property(fc.string(), value => {
      const selector = parseFieldSelector(Pod, `spec.nodeName=${escapeFieldValue(value)},metadata.name=p`)
      assert.equal(selector.requirements[0], { field: 'spec.nodeName', operator: '=', value })
      assert.ok(selector.matches(pod({ spec: { containers: [], nodeName: value } })))
      assert.equal(parseFieldSelector(Pod, selector.toString()).requirements, selector.requirements)
    }),
  )
})

test.run()
