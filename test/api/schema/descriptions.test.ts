import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readDescriptions } from '../../../api/schema/descriptions.ts'
import { describe } from '../../../api/schema/generate-descriptions.ts'
import { readDefinitions } from '../../../api/schema/schema.ts'

interface Fields {
  readonly properties?: Readonly<Record<string, unknown>>
}

test('nearly every type and field is described', () => {
  const descriptions = readDescriptions()
  const definitions = Object.entries(readDefinitions() as Readonly<Record<string, Fields>>)
  const bare = definitions.flatMap(([name, { properties = {} }]) => {
    const { about, fields } = descriptions[name] ?? {}
    const without = Object.keys(properties).filter(field => fields?.[field] === undefined)
    return [...(about ? [] : [name]), ...without.map(field => `${name}.${field}`)]
  })
  // Of what every kind has no declaration tells; JSON schemas explain themselves, or so Kubernetes thinks.
  const odd = bare.filter(name => !/\.(apiVersion|kind)$|\.(JSONSchemaProps|Info|GroupResource)\./.test(name))
  assert.ok(odd.length < 10, odd.join('\n'))
})

test('nothing is described that is not defined', () => {
  const definitions = readDefinitions() as Readonly<Record<string, Fields>>
  for (const [name, { fields = {} }] of Object.entries(readDescriptions())) {
    const { properties = {} } = definitions[name] ?? {}
    assert.ok(name in definitions, name)
    for (const field of Object.keys(fields)) assert.ok(field in properties, `${name}.${field}`)
  }
})

test('a declaration tells its name, what it is about and its fields', () => {
  const declaration = [
    'import { Model } from "@kubernetes-models/base";',
    '/**',
    ' * Rule says what.',
    ' *',
    ' * At \\*\\/scale.',
    ' * @deprecated',
    ' */',
    'export interface IRule {',
    '    "silent"?: string;',
    '    /**',
    '     * names, of which:',
    '     *   - one',
    '     */',
    '    "x-names"?: Array<string>;',
    '}',
    '/**',
    ' * Rule says it again.',
    ' */',
    'export declare class Rule extends Model<IRule> implements IRule {',
    '    "silent"?: string;',
    '}',
    'export type { IRule as IIoK8sApiRule, Rule as IoK8sApiRule };',
  ].join('\n')
  assert.equal(describe(declaration), [
    'IoK8sApiRule',
    { about: 'Rule says what.\n\nAt */scale.', fields: { 'x-names': 'names, of which:\n  - one' } },
  ])
  assert.is(describe('export * from "./Rule";'), undefined)
})

test.run()
