import { countNames, duplicateFields } from '../../api/duplicate-fields.ts'
import { countFields } from '../../api/nesting.ts'

/**
 * Parses JSON; of a field that is there twice the last counts. `faults` takes those, `duplicate field "spec.a"`.
 * Throws SyntaxError and TooDeep.
 */
export const parseJson = (text: string, faults?: string[]): unknown => {
  const parsed: unknown = JSON.parse(text)
  const fields = countFields(parsed)
  if (faults && fields !== countNames(text)) {
    faults.push(...duplicateFields(text).map(path => `duplicate field ${JSON.stringify(path)}`))
  }
  return parsed
}
