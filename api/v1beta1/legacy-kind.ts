import type { FieldError } from '../field-error.ts'
import type { Kind } from '../kind.ts'
import type { Draft, Resource } from '../resource.ts'

/**
 * A kind as the API of 2014 knew it: a view of a v1 kind. `toLegacy(fromLegacy(x))` is `x` for all that the server of
 * 2014 answered; what it dropped itself (the manifest's version, id and uuid, a probe's type) is dropped here too.
 */
export interface LegacyKind<T extends Resource = Resource> {
  /** The v1 kind. */
  readonly kind: Kind<T>
  /** As in the path: `replicationControllers`. */
  readonly plural: string
  readonly legacyKind: string
  /** As in messages: `replicationController "x" not found`. */
  readonly name: string
  /** Field selector names of 2014, and the v1 fields they stand for. */
  readonly fields: Readonly<Record<string, string>>
  /** False where selectors were refused. */
  readonly selectors: boolean
  /** The v1beta1 object, with kind, apiVersion and selfLink. */
  toLegacy(object: T): object
  /** What was wrong with a new object then, and is not any more. */
  validateCreate?(object: T): readonly FieldError[]
  /** Throws a BadRequest StatusError for another kind or version, or for fields of a wrong type. */
  fromLegacy(body: unknown): Draft<T>
}
