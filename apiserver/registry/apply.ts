import type { Kind } from '../../api/kind.ts'
import { type Application, type Applied, apply, applyNew } from '../../api/patch/apply.ts'
import { entriesOf } from '../../api/patch/managed-fields/entries.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { schemaOf } from '../../api/schema/schema.ts'
import { normalize } from '../../api/validation/structure.ts'
import type { Outcome } from './deletion.ts'
import { type Author, managerOf } from './ownership.ts'
import { isPart, partReplacement } from './parts.ts'
import { copyPlain, equalPlain } from './plain.ts'
import { timestamp } from './timestamp.ts'
import { replacement } from './update.ts'

/** A configuration that somebody applies: all that they want to be so of an object. */
export interface Configuration {
  readonly config: object
  readonly force: boolean
}

const applicationOf = (kind: Kind, { config, force }: Configuration, author: Author): Application => ({
  config: own(kind, config, author),
  force,
  manager: managerOf(kind, author),
  time: timestamp(author.now),
})

/** The status is applied through `/status` only, and there but the metadata is beside it. */
const own = (kind: Kind, config: object, { subresource }: Author): object => {
  const { status, ...rest } = config as Configured
  if (subresource === 'ephemeralcontainers') {
    const { ephemeralContainers } = rest.spec ?? {}
    return ephemeralContainers === undefined ? {} : { spec: { ephemeralContainers } }
  }
  if (!isPart(subresource)) return kind.subresources.includes('status') ? rest : config
  return { ...takenMetadata(kind, rest), ...(status !== undefined && { status }) }
}

type Configured = { status?: unknown; metadata?: object; spec?: { ephemeralContainers?: unknown } }

/** Nobody becomes the owner of what a write of the status leaves as it was. */
const takenMetadata = ({ strategy: { statusKeeps = [] } }: Kind, { metadata }: { metadata?: object }) => {
  if (metadata === undefined || statusKeeps === 'metadata') return {}
  const taken = Object.entries(metadata).filter(([field]) => !statusKeeps.some(kept => kept === field))
  return { metadata: Object.fromEntries(taken) }
}

/** Of what is claimed, what is empty is not stored. */
const draftOf = <T extends Resource>(kind: Kind<T>, { object }: Applied): Draft<T> => {
  const draft = copyPlain(object) as Draft<T>
  normalize(kind, draft)
  return draft
}

/** What applying makes where there is no object. */
export const appliedNew = <T extends Resource>(
  kind: Kind<T>,
  configuration: Configuration,
  author: Author,
): { draft: Draft<T>; entries: Applied['entries'] } => {
  const made = applyNew(applicationOf(kind, configuration, author), schemaOf(kind))
  return { draft: draftOf(kind, made), entries: made.entries }
}

/** What applying does to the object. */
export const applied = <T extends Resource>(
  kind: Kind<T>,
  configuration: Configuration,
  old: T,
  author: Author,
): Outcome<T> => {
  const application = applicationOf(kind, configuration, author)
  const made = apply(old, entriesOf(old.metadata.managedFields), application, schemaOf(kind))
  const draft = draftOf(kind, made)
  const owners = () => made.entries
  const { subresource } = author
  const outcome = isPart(subresource)
    ? partReplacement(kind, draft, old, { ...author, subresource }, owners)
    : replacement(kind, draft, old, owners)
  return outcome.type === 'put' && equalPlain(timeless(outcome.object), timeless(old))
    ? { type: 'keep' }
    : outcome
}

/** What is applied again takes defaults away that come back at once: then only the time of its entry differs. */
const timeless = (object: Resource): object => {
  const owners = entriesOf(object.metadata.managedFields).map(({ time: _, ...entry }) => entry)
  const keyOf = ({ manager, operation, subresource }: (typeof owners)[number]): string =>
    `${operation} ${manager} ${subresource}`
  const managedFields = owners.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return { ...object, metadata: { ...object.metadata, managedFields } }
}
