import type { Schema } from '../schema/schema.ts'
import type { Structural } from './structural.ts'

/** What a kind brings along that Kubernetes does not know: it is defined by an object of the API. */
export interface Custom {
  /** As the definition has it. */
  readonly structural: Structural
  /** The same with Kubernetes' own metadata, for those who ask for the type of a kind. */
  readonly schema: Schema
  readonly listKind: string
  /** What clients of this version are warned of. */
  readonly deprecation?: string
  /** Takes out what the kind does not have, in place; `unknown` takes the paths of what went. */
  prune(object: Record<string, unknown>, unknown: string[]): void
  /** Makes an object of an older definition, or of another version, one of this kind, in place. */
  reshape(object: Record<string, unknown>): void
}
