import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCredentials } from '../../../mesos/local/credentials.ts'

test("credentials are read in Mesos' form, and nothing else is", () => {
  const read = parseCredentials('{"credentials":[{"principal":"p","secret":"s"}]}')
  assert.equal([...read], [['p', 's']])
  for (const text of [
    '',
    'p s',
    'null',
    '{}',
    '{"credentials":[{"principal":"p"}]}',
    '{"credentials":[null]}',
  ])
    assert.throws(() => parseCredentials(text), /credentials are /)
})

test.run()
