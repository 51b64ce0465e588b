import { type FieldError, fieldErrorBody } from '../../../api/field-error.ts'
import type { Kind } from '../../../api/kind.ts'
import type { Draft, Resource } from '../../../api/resource.ts'

/** The draft with its defaults, as a create takes it in. */
export const defaulted = <T extends Resource>(kind: Kind<T>, draft: Draft<T>): T => {
  const own = structuredClone(draft)
  kind.strategy.default?.(own)
  kind.strategy.prepareCreate?.(own)
  return own as Draft<Resource> as T
}

const textOf = (errors: readonly FieldError[] = []): string[] =>
  errors.map(error => `${error.field}: ${fieldErrorBody(error)}`)

/** What is wrong with the draft after its defaults, in the words of the v1 API. */
export const wrongWith = <T extends Resource>(kind: Kind<T>, draft: Draft<T>): string[] =>
  textOf(kind.strategy.validate?.(defaulted(kind, draft)))

/** What is wrong with the change. */
export const wrongChange = <T extends Resource>(kind: Kind<T>, next: T, old: T): string[] =>
  textOf(kind.strategy.validateUpdate?.(next, old))
