import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkObject } from '../../../api/custom/check-object.ts'
import { checkDefinitionRules } from '../../../api/custom/rules/check-definition-rules.ts'
import type { Structural, ValidationRule } from '../../../api/custom/structural.ts'
import { type FieldError, fieldErrorBody } from '../../../api/field-error.ts'

const told = (errors: readonly FieldError[]): string[] =>
  errors.map(each => `${each.field}: ${fieldErrorBody(each)}`)

const spec: Structural = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    ratio: { type: 'number' },
    name: { type: 'string' },
    'a-b.c': { type: 'string' },
    namespace: { type: 'string' },
    on: { type: 'boolean' },
    port: { 'x-kubernetes-int-or-string': true },
    since: { type: 'string', format: 'date-time' },
    every: { type: 'string', format: 'duration' },
    bytes: { type: 'string', format: 'byte' },
    maybe: { type: 'string', nullable: true },
    numbers: { type: 'array', items: { type: 'integer' } },
    nodes: { type: 'array', items: { type: 'object', properties: { zone: { type: 'string' } } } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
}

const object = {
  apiVersion: 'example.com/v1',
  kind: 'Cache',
  metadata: { name: 'a' },
  spec: {
    size: 3,
    ratio: 1,
    name: 'Main',
    'a-b.c': 'x',
    namespace: 'n',
    on: true,
    port: '80%',
    since: '2024-02-29T10:00:00Z',
    every: '1h30m',
    bytes: 'aGk=',
    maybe: null,
    numbers: [1, 2, 3],
    nodes: [{ zone: 'a' }, {}],
    labels: { k: 'v' },
    free: { x: 1 },
  },
}

const withRules = (...rules: ValidationRule[]): Structural => ({
  type: 'object',
  properties: { spec },
  'x-kubernetes-validations': rules,
})

test('what expressions can say', () => {
  const hold = [
    'self.kind == "Cache" && self.metadata.name == "a"',
    'self.spec.size > 2 && self.spec.size / 2 == 1 && self.spec.ratio < 1.5',
    'self.spec.a__dash__b__dot__c == "x" && self.spec.__namespace__ == "n"',
    'type(self.spec.port) == int ? self.spec.port > 0 : self.spec.port.endsWith("%")',
    'self.spec.since < timestamp("2025-01-01T00:00:00Z") && self.spec.since.getMonth() == 1',
    'self.spec.every == duration("90m") && self.spec.every.getMinutes() == 90',
    'self.spec.bytes == b"hi" && self.spec.maybe == null',
    'has(self.spec.nodes[0].zone) && !has(self.spec.nodes[1].zone)',
    'has(self.spec.labels.k) && !has(self.spec.labels.x) && "has(x)" != r"has(y)"',
    'self.spec.nodes[1].?zone.orValue("b") == "b" && !self.spec.nodes[1].?zone.hasValue()',
    'self.spec.nodes.exists_one(n, has(n.zone)) && self.spec.nodes.filter(n, has(n.zone)).size() == 1',
    'self.spec.nodes == self.spec.nodes && self.spec.nodes[0] != self.spec.nodes[1]',
    'self.spec.labels.all(k, k == "k" && self.spec.labels[k] == "v") && "k" in self.spec.labels',
    'self.spec.numbers.map(n, n * 2) == [2, 4, 6] && 2 in self.spec.numbers',
    'self.spec.numbers.sum() == 6 && self.spec.numbers.min() == 1 && self.spec.numbers.max() == 3',
    'self.spec.numbers.isSorted() && self.spec.numbers.indexOf(2) == 1 && [1, 1].lastIndexOf(1) == 1',
    'sets.contains(self.spec.numbers, [1, 3]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 2], [2, 1])',
    'self.spec.name.lowerAscii() == "main" && self.spec.name.charAt(0) == "M" && "a,b".split(",").join("") == "ab"',
    '"a.a".replace(".", "-") == "a-a" && "aaa".replace("a", "$&", 1) == "$&aa" && " x ".trim() == "x"',
    '"abc".substring(1, 2) == "b" && "abcb".indexOf("b") == 1 && "abcb".lastIndexOf("b") == 3',
    '"%s has %d of %.1f%%".format(["a", 3, 1.0]) == "a has 3 of 1.0%" && "%x".format([255]) == "ff"',
    '"x-Ab".find("(?i)[a-c]+b") == "Ab" && "a-B".find("(?i)A-b") == "a-B"',
    '"abc 123".find("[0-9]+") == "123" && "1 2 3".findAll("[0-9]", 2) == ["1", "2"] && "ab".matches("^a")',
    'quantity("1Gi").isGreaterThan(quantity("1Mi")) && quantity("500m").add(quantity("1.5")).asInteger() == 2',
    'isQuantity("1Gi") && !isQuantity("1Gx") && quantity("1k") == quantity("1000") && quantity("-1").sign() == -1',
    'url("https://a.example:80/x%20y?q=1&q=2").getHost() == "a.example:80" && url("/a").getScheme() == ""',
    'url("https://[::1]:80/x?q=1").getHostname() == "::1" && url("https://a/?q=1").getQuery()["q"] == ["1"]',
    'isURL("https://a") && !isURL("a/b") && url("http://a/b c".replace(" ", "%20")).getEscapedPath() == "/b%20c"',
    'isIP("::1") && !isIP("1.2.3") && ip("127.0.0.1").isLoopback() && ip("fe80::1").isLinkLocalUnicast()',
    'ip("10.0.0.1").family() == 4 && ip("8.8.8.8").isGlobalUnicast() && ip("0:0::1") == ip("::1")',
    'cidr("10.0.0.0/8").containsIP("10.1.1.1") && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")',
    '!cidr("10.0.0.0/8").containsCIDR("0.0.0.0/0") && isCIDR("::/0") && cidr("::/0").prefixLength() == 0',
    'cel.bind(n, self.spec.size, n * n == 9)',
  ]
  for (const rule of hold) {
    const schema = withRules({ rule })
    assert.equal(told(checkDefinitionRules('s', schema)), [], rule)
    assert.equal(told(checkObject(object, schema)), [], rule)
    const negated = withRules({ rule: `!(${rule})` })
    assert.equal(
      told(checkObject(object, negated)),
      [`<nil>: Invalid value: "object": failed rule: !(${rule})`],
      rule,
    )
  }
})

test('what does not compile is told with its place', () => {
  const wrong = (rule: Partial<ValidationRule>) =>
    told(checkDefinitionRules('s', withRules({ rule: 'true', ...rule })))
  const [field] = wrong({ rule: 'self.spec.z == 1' })
  assert.is(
    field,
    's.x-kubernetes-validations[0].rule: Invalid value: "self.spec.z == 1": compilation failed: ' +
      "ERROR: <input>:1:10: undefined field 'z'\n | self.spec.z == 1\n | .........^",
  )
  for (const [rule, words] of [
    ['self.spec.size +', 'Syntax error'],
    ['self.spec.size', 'must evaluate to a bool'],
    ['self.spec.size == "a"', 'no such overload'],
    ['has(self.spec.z)', "undefined field 'z'"],
    ['has(self)', 'invalid argument to has() macro'],
    ['nobody == 1', "undeclared reference to 'nobody'"],
    ['self.spec.size.frob()', 'no matching overload'],
    ['self.spec.free.x == 1', "undefined field 'x'"],
    ['', 'Required value: rule is not specified'],
    ['true ||\nfalse', 'message must be specified if rule contains line breaks'],
  ] as const) {
    assert.match(wrong({ rule }).join(), words)
  }
  assert.match(
    wrong({ messageExpression: '1' }).join(),
    'messageExpression: Invalid value: "1": must evaluate to a string',
  )
  assert.match(wrong({ reason: 'Odd' }).join(), 'reason: Unsupported value: "Odd"')
  assert.match(wrong({ fieldPath: '.spec.odd' }).join(), 'must be a valid path')
  assert.equal(wrong({ fieldPath: '.spec.labels.any' }), [])
  assert.match(wrong({ optionalOldSelf: true }).join(), 'may not be set if oldSelf is not used')
  const items = { ...spec, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] }
  const list = (more: object): Structural => ({
    type: 'object',
    properties: { list: { type: 'array', items, ...more } },
  })
  assert.match(
    told(checkDefinitionRules('s', list({}))).join(),
    'oldSelf cannot be used on the uncorrelatable portion',
  )
  const byKey = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }
  assert.equal(told(checkDefinitionRules('s', list(byKey))), [])
})

test('messages, reasons and places of a fault', () => {
  const fault = (rule: Partial<ValidationRule>) =>
    checkObject(object, withRules({ rule: 'self.spec.size > 5', ...rule }))
  assert.equal(told(fault({ message: ' too small ' })), ['<nil>: Invalid value: "object": too small'])
  assert.equal(
    told(fault({ messageExpression: '"has " + string(self.spec.size)', fieldPath: '.spec.size' })),
    ['spec.size: Invalid value: "object": has 3'],
  )
  // One that fails, or says nothing, gives way to the message.
  assert.equal(told(fault({ message: 'plain', messageExpression: 'string(1 / 0)' })), [
    '<nil>: Invalid value: "object": plain',
  ])
  assert.equal(told(fault({ reason: 'FieldValueRequired', fieldPath: '.spec.labels.x', message: 'no' })), [
    'spec.labels[x]: Required value: no',
  ])
  assert.equal(told(fault({ reason: 'FieldValueForbidden', message: 'no' })), ['<nil>: Forbidden: no'])
  assert.equal(told(fault({ reason: 'FieldValueDuplicate', message: 'no' })), [
    '<nil>: Duplicate value: "object"',
  ])
  assert.equal(
    told(fault({ rule: 'self.spec.numbers[7] == 1' })),
    [
      '<nil>: Invalid value: "object": No such key: index out of bounds, index 7 >= size 3 evaluating rule: self.spec.numbers[7] == 1',
    ].map(text => text.replace('No such', 'no such')),
  )
})

test('rules at every level, and none for an object that does not fit its schema', () => {
  const rule = (text: string): Pick<Structural, 'x-kubernetes-validations'> => ({
    'x-kubernetes-validations': [{ rule: text }],
  })
  const schema: Structural = {
    type: 'object',
    properties: {
      list: { type: 'array', items: { type: 'integer', ...rule('self > 1') } },
      map: { type: 'object', additionalProperties: { type: 'string', ...rule('self != "b"') } },
    },
  }
  assert.equal(told(checkObject({ list: [1, 2], map: { x: 'b', y: 'c' } }, schema)), [
    'list[0]: Invalid value: "integer": failed rule: self > 1',
    'map[x]: Invalid value: "string": failed rule: self != "b"',
  ])
  assert.match(
    told(checkObject({ list: ['a'] }, schema)).join('\n'),
    'some validation rules were not checked',
  )
})

test('rules that compare, and values that stay as they were', () => {
  const schema: Structural = {
    type: 'object',
    properties: {
      fixed: {
        type: 'string',
        'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is immutable' }],
      },
      first: {
        type: 'string',
        'x-kubernetes-validations': [{ rule: 'oldSelf.hasValue() || self == "a"', optionalOldSelf: true }],
      },
      items: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 9 } },
          'x-kubernetes-validations': [{ rule: 'self.size >= oldSelf.size', message: 'does not shrink' }],
        },
      },
      size: { type: 'integer', maximum: 5, 'x-kubernetes-validations': [{ rule: 'self > 1' }] },
    },
  }
  const check = (next: object, old?: object) => told(checkObject(next, schema, old))
  assert.equal(check({ fixed: 'a' }), [])
  assert.equal(check({ fixed: 'b' }, { fixed: 'a' }), ['fixed: Invalid value: "string": is immutable'])
  assert.equal(check({ fixed: 'b' }, {}), [])
  assert.is(check({ first: 'b' }).length, 1)
  assert.equal(check({ first: 'b' }, { first: 'c' }), [])
  const items = (...sizes: number[]) => ({ items: sizes.map((size, i) => ({ name: `n${i}`, size })) })
  assert.equal(check(items(1, 2), items(1, 3)), ['items[1]: Invalid value: "object": does not shrink'])
  assert.equal(check({ items: items(1, 2).items.reverse() }, items(1, 2)), [])
  // What was wrong before and is left alone is let be.
  assert.equal(check({ size: 7, fixed: 'a' }, { size: 7 }), [])
  assert.equal(check({ size: 0 }, { size: 0 }), [])
  assert.is(check({ size: 8 }, { size: 7 }).length, 1)
  assert.equal(check(items(10, 3), items(10, 2)), [])
})

test('a rule ends, however much it asks for', () => {
  const list: Structural = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'string' } } },
  }
  const many = { list: Array.from({ length: 3_000 }, (_, i) => `${i}`) }
  for (const rule of [
    'self.list.all(a, self.list.all(b, a != "x" || b != "x"))',
    'self.list.all(a, self.list.all(b, a + b != "x")) || true',
  ]) {
    assert.match(
      told(checkObject(many, { ...list, 'x-kubernetes-validations': [{ rule }] })).join(),
      'actual cost limit exceeded: no further validation rules will be run',
    )
  }
  const text = { list: [`${'a'.repeat(50)}b`] }
  const rule = 'self.list.all(a, !a.matches("^(a+)+$") && a.find("(?i)^(a|A)*$") == "")'
  assert.equal(told(checkObject(text, { ...list, 'x-kubernetes-validations': [{ rule }] })), [])
})

test.run()
