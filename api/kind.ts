import type { Custom } from './custom/custom.ts'
import type { FieldError } from './field-error.ts'
import type { Draft, Meta, Resource } from './resource.ts'

export type Subresource =
  | 'status'
  | 'scale'
  | 'binding'
  | 'approval'
  | 'ephemeralcontainers'
  | 'eviction'
  | 'proxy'
  | 'finalize'

/** One column of a kubectl table; the wording follows kube-apiserver's. */
export interface Column<T extends Resource> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'date' | 'boolean'
  readonly format?: string
  readonly description: string
  /** 0 is always shown, 1 only with -o wide. */
  readonly priority: number
  /** `now` in milliseconds since the epoch, for ages; the system's time when left out. */
  cell(object: T, now?: number): string | number | boolean | null
}

/** A write of a part of an object, by a path of its own. */
export interface SubresourceWrite<T extends Resource> {
  readonly subresource: 'status' | 'scale' | 'approval' | 'ephemeralcontainers' | 'finalize'
  readonly old: T
  /** RFC 3339. */
  readonly now: string
}

/** What is special about writing objects of a kind. Every part is optional and pure. */
export interface Strategy<T extends Resource> {
  /** Fills in defaults, in place: the draft is this request's own copy. */
  default?(draft: Draft<T>): void
  /** Resets what a client may not set on create (status, generation, ...) and adds what is nobody's, in place. */
  prepareCreate?(draft: Draft<T>): void
  /** An update has to say which revision it is made for; of other kinds it may leave that open. */
  readonly needsRevision?: true
  /** Carries over what an update may not change (status, server-set fields), in place. */
  prepareUpdate?(draft: T, old: T): void
  /** Completes a status that is written for itself, in place: the object's status is the request's own copy. */
  prepareStatus?(draft: T, write: SubresourceWrite<T>): void
  /** What of the metadata a write of the status leaves as it was; nothing when left out. */
  readonly statusKeeps?: 'metadata' | readonly (keyof Meta)[]
  /** Adds what a deletion needs to an object that had none before, such as a finalizer, in place: the draft is the request's own. `now` is RFC 3339. */
  prepareDelete?(draft: T, now: string): void
  /** `old` is the object that it replaces. */
  validate?(object: T, old?: T): readonly FieldError[]
  /** What is wrong with a new object; `validate` is asked as well. */
  validateCreate?(object: T): readonly FieldError[]
  /** What is wrong with an object of which only a part was written. */
  validateSubresource?(object: T, write: SubresourceWrite<T>): readonly FieldError[]
  /** What the change breaks; `validate` is asked as well. */
  validateUpdate?(object: T, old: T): readonly FieldError[]
  /** Seconds between the deletion's request and the removal; 0 removes at once. */
  graceSeconds?(object: T, requested: number | undefined): number
  /** True while something else than `metadata.finalizers` holds a deleted object. */
  held?(object: T): boolean
  /**
   * What becomes of an object's dependents when the DELETE does not say: they are deleted, unless it is said here that
   * they are orphaned, or that there never are any.
   */
  readonly dependents?: 'orphaned' | 'none'
  /** What is wrong with a name; a DNS-1123 subdomain unless said otherwise. v1beta1 does not ask. */
  validateName?(name: string): string | undefined
}

/** How `/scale` sees an object: how many of something there shall be, and are. */
export interface Scalable<T extends Resource> {
  /** Where the object holds the number that is wanted, `['spec', 'replicas']`. */
  readonly wanted: readonly string[]
  readonly current: readonly string[]
  /** The labels of what is counted, as a selector is written; '' when none are told. */
  selector(object: T): string
}

/**
 * Where the objects of a kind are kept when there is another version of the kind, or the kind in another group, to keep
 * them as: they are the same objects, with the same revisions, whichever way they are written and read. Both
 * conversions are pure, may share what does not change with the object given, and lose nothing on the way to and fro.
 */
export interface Storage<T extends Resource> {
  /** The kind that is stored. */
  readonly kind: Kind
  to(object: T): Resource
  from(stored: Resource): Resource
}

/** Reads the value of a selectable field. */
type Field<T extends Resource> = { read(object: T): string }['read']

/**
 * Describes a kind: routes, discovery, validation, selectors and tables are read from it.
 * `Pod` is both the TypeScript type of a pod and the `Kind` value that stands for it.
 *
 * Whatever takes an object is written as a method, for methods compare bivariantly: a `Kind<Pod>` is then also a
 * `Kind`, and a table of all kinds needs no cast. In exchange, hand a `Kind` only objects that it describes.
 */
export interface Kind<T extends Resource = Resource> {
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly subresources: readonly Subresource[]
  /** Left out by kinds that are stored as what they are. */
  readonly storage?: Storage<T>
  /** Needed by the subresource `scale`. */
  readonly scale?: Scalable<T>
  /** Objects count the changes of their spec in `metadata.generation`. */
  readonly generations: boolean
  /** Field selectors besides metadata.name and metadata.namespace, as path -> value. */
  readonly fields: Readonly<Record<string, Field<T>>>
  readonly columns: readonly Column<T>[]
  readonly strategy: Strategy<T>
  /** Of kinds that are not Kubernetes' own. */
  readonly custom?: Custom
}

/** `v1` for the core group, `group/version` for all others. */
export const apiVersionOf = (kind: Pick<Kind, 'group' | 'version'>): string =>
  kind.group ? `${kind.group}/${kind.version}` : kind.version

/** `pods` or `deployments.apps`: the name of the kind in messages. */
export const resourceOf = (kind: Pick<Kind, 'group' | 'plural'>): string =>
  kind.group ? `${kind.plural}.${kind.group}` : kind.plural

/** The kind of a list of the kind's objects. */
export const listKindOf = ({ kind, custom }: Pick<Kind, 'kind' | 'custom'>): string =>
  custom?.listKind ?? `${kind}List`
