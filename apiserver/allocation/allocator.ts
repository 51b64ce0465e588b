import type { Kind } from '../../api/kind.ts'
import type { Claim } from '../../api/kinds/service/claims.ts'
import type { Resource } from '../../api/resource.ts'

/** Where an allocator gets hold of things. */
export interface Claims {
  /** False when somebody has it: the first to ask. */
  take(claim: Claim): Promise<boolean>
  /** Takes the first one that is free; undefined when none is. */
  takeFirst(candidates: () => Iterable<Claim>): Promise<Claim | undefined>
}

/** Hands out what an object has for itself alone, such as an address. */
export interface Allocator<T extends Resource = Resource> {
  readonly kind: Kind<T>
  /** What goes with an object as it is; freed when the object goes or no longer has it. */
  claimsOf(object: T): readonly Claim[]
  /**
   * The object with all that it lacks. What `old` did not have is claimed before this resolves. Rejects with a
   * StatusError when the object asks for what it cannot have, or when there is nothing left.
   */
  allocate(object: T, old: T | undefined, claims: Claims): Promise<T>
}
