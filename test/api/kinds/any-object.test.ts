import fc from 'fast-check'
import { test } from 'uvu'
import { StatusError } from '../../../api/errors.ts'
import { kinds } from '../../../api/kinds/index.ts'
import { decode } from '../../../api/validation/structure.ts'
import { wrongWith } from './admit.ts'
import { anyObjectOf } from './any-object.ts'

for (const kind of kinds) {
  test(`whatever ${kind.kind} of ${kind.group || 'core'} has the right types is taken or refused`, () => {
    fc.assert(
      fc.property(anyObjectOf(kind), object => {
        try {
          wrongWith(kind, decode(kind, structuredClone(object)))
        } catch (error) {
          if (!(error instanceof StatusError)) throw error
        }
      }),
      { numRuns: 200 },
    )
  })
}

test.run()
