import { countNames, duplicateFields } from '../../api/duplicate-fields.ts'
import { countFields } from '../../api/nesting.ts'

/** What may be let pass of a body. */
export interface Faults {
  readonly texts: string[]
  /** The body, where it is JSON that has fields twice. */
  json?: string
}

/**
 * Parses JSON; of a field that is there twice the last counts. `faults` takes those, `duplicate field "spec.a"`.
 * Throws SyntaxError and TooDeep.
 */
export const parseJson = (text: string, faults?: Faults): unknown => {
  const parsed: unknown = JSON.parse(text)
  const fields = countFields(parsed)
  if (faults && fields !== countNames(text)) {
    const duplicates = duplicateFields(text)
    faults.texts.push(...duplicates.map(duplicateField))
    if (duplicates.length > 0) faults.json = text
  }
  return parsed
}

export const duplicateField = (path: string): string => `duplicate field ${JSON.stringify(path)}`
