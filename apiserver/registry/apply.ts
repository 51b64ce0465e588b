import type { Kind } from '../../api/kind.ts'
import { type Application, type Applied, apply, applyNew } from '../../api/patch/apply.ts'
import { entriesOf } from '../../api/patch/managed-fields/entries.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { schemaOf } from '../../api/schema/schema.ts'
import type { Outcome } from './deletion.ts'
import { type Author, managerOf } from './ownership.ts'
import { copyPlain } from './plain.ts'
import { timestamp } from './timestamp.ts'
import { replacement, statusReplacement } from './update.ts'

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

const isOfStatus = (subresource: Author['subresource']): subresource is 'status' | 'approval' =>
  subresource === 'status' || subresource === 'approval'

/** The status is applied through `/status` only, and there nothing else is. */
const own = ({ subresources }: Kind, config: object, { subresource }: Author): object => {
  const { status, ...rest } = config as { status?: unknown }
  if (isOfStatus(subresource)) return status === undefined ? {} : { status }
  return subresources.includes('status') ? rest : config
}

/** What applying does where there is no object. */
export const appliedNew = (kind: Kind, configuration: Configuration, author: Author): Applied =>
  applyNew(applicationOf(kind, configuration, author), schemaOf(kind))

/** What applying does to the object. */
export const applied = <T extends Resource>(
  kind: Kind<T>,
  configuration: Configuration,
  old: T,
  author: Author,
): Outcome<T> => {
  const application = applicationOf(kind, configuration, author)
  const { object, entries } = apply(old, entriesOf(old.metadata.managedFields), application, schemaOf(kind))
  const draft = copyPlain(object) as Draft<T>
  const owners = () => entries
  const { subresource } = author
  return isOfStatus(subresource)
    ? statusReplacement(kind, draft, old, { ...author, subresource }, owners)
    : replacement(kind, draft, old, owners)
}
