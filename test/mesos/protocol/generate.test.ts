import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import descriptor from '../../../mesos/protocol/descriptor.json' with { type: 'json' }
import { generate } from '../../../mesos/protocol/generate.ts'

test('messages.gen.ts is what generate.ts makes of descriptor.json', () => {
  const url = new URL('../../../mesos/protocol/messages.gen.ts', import.meta.url)
  assert.fixture(readFileSync(url, 'utf8'), generate(descriptor))
})

test('a generated type shows what may be absent, repeated or keyed', () => {
  const source = generate({
    nested: {
      mesos: {
        nested: {
          v1: {
            nested: {
              State: { values: { ON: 0, OFF: 1 } },
              Lamp: {
                fields: {
                  state: { type: 'State', rule: 'required' },
                  colours: { type: 'string', rule: 'repeated' },
                  limits: { type: 'double', keyType: 'string' },
                  size: { type: 'uint64' },
                },
              },
            },
          },
        },
      },
    },
  })
  assert.match(source, "export type State = 'ON' | 'OFF'")
  assert.match(
    source,
    [
      'export interface Lamp {',
      '  state: State',
      '  colours?: readonly string[]',
      '  limits?: Readonly<Record<string, number>>',
      '  size?: number',
      '}',
    ].join('\n'),
  )
})

test.run()
