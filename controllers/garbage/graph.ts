import type { OwnerReference } from 'kubernetes-types/meta/v1'
import { foregroundDeletion, orphanDependents } from '../../api/propagation.ts'
import type { Entry } from '../metadata/index.ts'

/** True for an owner that goes after its dependents. */
export const waits = ({ deleting, finalizers }: Entry): boolean =>
  deleting && finalizers.includes(foregroundDeletion)

/** True for an owner that goes when its dependents are freed of it. */
export const orphans = ({ deleting, finalizers }: Entry): boolean =>
  deleting && finalizers.includes(orphanDependents)

/**
 * Who belongs to whom, by uid. It has one writer, the feed of metadata; each write answers the uids of objects that
 * something may have to be done about. What it knows may be older than what is, never the other way round.
 */
export interface Graph {
  get(uid: string): Entry | undefined
  dependentsOf(uid: string): Entry[]
  /** True when the owner that a dependent names is there, and does not wait for its dependents to go. */
  isSolid(reference: OwnerReference, dependent: Entry): boolean
  put(entry: Entry, old?: Entry): readonly string[]
  /** The object is gone. */
  remove(entry: Entry): readonly string[]
  /** Nothing is known of the object any more. */
  forget(entry: Entry): void
  all(): Iterable<Entry>
  clear(): void
}

export const createGraph = (): Graph => {
  const entries = new Map<string, Entry>()
  /** By the owner's uid, which need not be among the entries. */
  const dependents = new Map<string, Set<string>>()

  const link = (uid: string, owners: readonly OwnerReference[]): void => {
    for (const owner of owners) {
      const known = dependents.get(owner.uid)
      if (known) known.add(uid)
      else dependents.set(owner.uid, new Set([uid]))
    }
  }

  const unlink = (uid: string, owners: readonly OwnerReference[]): void => {
    for (const owner of owners) {
      const known = dependents.get(owner.uid)
      if (known?.delete(uid) && known.size === 0) dependents.delete(owner.uid)
    }
  }

  const isSolid = ({ uid, kind, name }: OwnerReference, { namespace }: Entry): boolean => {
    const owner = entries.get(uid)
    if (!owner || waits(owner)) return false
    // A reference reaches only into its own namespace, or out to the cluster.
    return (
      owner.kind.kind === kind &&
      owner.name === name &&
      (owner.namespace === '' || owner.namespace === namespace)
    )
  }

  const isConcerned = (entry: Entry): boolean =>
    entry.deleting
      ? waits(entry) || orphans(entry)
      : entry.owners.some(reference => !isSolid(reference, entry))

  /** Owners that wait for an object which has gone, or may block them no longer. */
  const waiting = ({ owners }: Entry): string[] =>
    owners.map(({ uid }) => uid).filter(uid => isWaiting(entries.get(uid)))

  const forget = ({ uid, owners }: Entry): void => {
    unlink(uid, entries.get(uid)?.owners ?? owners)
    entries.delete(uid)
  }

  const remove = (entry: Entry): readonly string[] => {
    forget(entry)
    return [...(dependents.get(entry.uid) ?? []), ...waiting(entry)]
  }

  const put = (entry: Entry, old?: Entry): readonly string[] => {
    // Another object of the same name: the old one is gone.
    if (old && old.uid !== entry.uid) return [...remove(old), ...put(entry)]
    if (old) unlink(old.uid, old.owners)
    entries.set(entry.uid, entry)
    link(entry.uid, entry.owners)
    return [
      ...(isConcerned(entry) ? [entry.uid] : []),
      // It begins to wait: its dependents have to go.
      ...(waits(entry) && !(old && waits(old)) ? (dependents.get(entry.uid) ?? []) : []),
      ...(old ? waiting(old) : []),
    ]
  }

  return {
    get: uid => entries.get(uid),
    dependentsOf: uid => [...(dependents.get(uid) ?? [])].flatMap(each => entries.get(each) ?? []),
    isSolid,
    put,
    remove,
    forget,
    all: () => entries.values(),
    clear() {
      entries.clear()
      dependents.clear()
    },
  }
}

const isWaiting = (entry: Entry | undefined): boolean => entry !== undefined && waits(entry)
