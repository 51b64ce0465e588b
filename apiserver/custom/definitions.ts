import { acceptance, isEstablished, type Taken } from '../../api/custom/acceptance.ts'
import { kindsOfDefinition } from '../../api/custom/kinds-of-definition.ts'
import { compareVersions } from '../../api/custom/version-order.ts'
import { isStatus } from '../../api/errors.ts'
import { apiVersionOf, type Kind, listKindOf } from '../../api/kind.ts'
import { CustomResourceDefinition } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import { backoff } from '../../util/backoff.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { equalPlain } from '../registry/plain.ts'
import type { Registry } from '../registry/registry.ts'
import { timestamp } from '../registry/timestamp.ts'
import { cleanUp } from './clean-up.ts'
import { everything, followChanges } from './follow-changes.ts'

export interface DefinitionsOptions {
  readonly registry: Registry
  /** Kubernetes' own. */
  readonly kinds: readonly Kind[]
  readonly clock: Clock
  readonly logger: Logger
}

/** The kinds that are served: Kubernetes' own, and those that CustomResourceDefinitions make. */
export interface Definitions {
  /** Another list whenever it changes. */
  readonly kinds: readonly Kind[]
  /** Resolves when the definitions that were there before the call are served. */
  settled(): Promise<void>
  close(): void
}

/** What a definition makes. */
interface Served {
  /** The version that is stored. It has a cache even when nobody may see it: its objects can be deleted then. */
  readonly stored: Kind
  /** The versions that clients are shown. */
  readonly shown: readonly Kind[]
  /** Equal as long as the kinds stay the same. */
  readonly mark: string
}

/**
 * Keeps the kinds in step with the definitions, whoever writes them: each pass looks at all of them. A kind is shown as
 * soon as its definition is told to be established, and not before: a client that has found a kind may write its
 * definition at once, and nothing of ours comes in between. Resolves after the first pass.
 */
export const followDefinitions = async (options: DefinitionsOptions): Promise<Definitions> => {
  const { registry, kinds: own, clock, logger } = options
  const { caches } = registry
  /** Those that have caches, and those of them that are shown. */
  const held = new Map<string, Served>()
  const served = new Map<string, Served>()
  const waits = new Map<string, () => void>()
  let kinds = own
  let wanted = false
  let running: Promise<void> | undefined
  let failures = 0
  let closed = false
  let cancelRetry = () => {}

  const hold = async (definitions: readonly CustomResourceDefinition[]): Promise<void> => {
    const next = new Map(definitions.map(each => [each.metadata.name, servedOf(each)]))
    for (const [name, each] of next) {
      if (held.get(name)?.mark === each.mark) continue
      await caches.add(each.stored)
      held.set(name, each)
    }
    const gone = [...held].filter(([name]) => !next.has(name))
    for (const [name, { stored }] of gone) {
      held.delete(name)
      if (served.delete(name)) kinds = [...own, ...shown(served.values())]
      caches.remove(stored)
    }
  }

  const show = (name: string): void => {
    const each = held.get(name)
    if (!each || served.get(name) === each) return
    served.set(name, each)
    kinds = [...own, ...shown(served.values())]
  }

  /** Removes the objects of definitions that go, and waits for those that take their time. */
  const remove = async (definitions: readonly CustomResourceDefinition[]): Promise<void> => {
    for (const stop of waits.values()) stop()
    waits.clear()
    for (const definition of definitions) {
      const { name } = definition.metadata
      const kind = held.get(name)?.stored
      if (kind) waits.set(name, followChanges(caches, kind, trigger))
      await cleanUp(registry, definition, kind)
    }
  }

  const pass = async (): Promise<void> => {
    const found = caches.of(CustomResourceDefinition).list(everything)
    const before = found.map(({ object }) => object)
    const now = timestamp(clock.now())
    const after = accepted(before, own, now)
    await hold(after.filter(isEstablished))
    for (const [i, { metadata, status }] of after.entries()) {
      const old = before[i]
      if (old && !equalPlain(old.status, status)) {
        await ifThere(
          registry.updatePart(CustomResourceDefinition, refOf(old), () => ({ ...old, status }), statusWriter),
        )
      }
      show(metadata.name)
    }
    await remove(after.filter(({ metadata }) => metadata.deletionTimestamp !== undefined))
  }

  const run = async (): Promise<void> => {
    while (wanted && !closed) {
      wanted = false
      try {
        await pass()
        failures = 0
      } catch (error) {
        if (closed) break
        // Somebody else has written in between: what they wrote is on its way to us.
        if (!isStatus(error, 'Conflict')) logger.error('custom resources are not in step', { error })
        cancelRetry()
        cancelRetry = clock.after(backoff(++failures, { initial: 50, max: 5_000 }), trigger)
      }
    }
    running = undefined
  }

  const trigger = (): void => {
    if (closed) return
    wanted = true
    running ??= run()
  }

  const settle = async (): Promise<void> => {
    trigger()
    await running
  }

  const unfollow = followChanges(caches, CustomResourceDefinition, trigger)
  await settle()
  return {
    get kinds() {
      return kinds
    },

    async settled() {
      await caches.fresh()
      await settle()
    },

    close() {
      closed = true
      cancelRetry()
      unfollow()
      for (const stop of waits.values()) stop()
    },
  }
}

const statusWriter = { manager: 'kube-apiserver' }

const ifThere = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error
  }
}

const servedOf = (definition: CustomResourceDefinition): Served => {
  const { metadata, spec, status } = definition
  const terminating = metadata.deletionTimestamp !== undefined
  return {
    ...kindsOfDefinition(definition),
    mark: JSON.stringify([metadata.uid, spec, status?.acceptedNames, terminating]),
  }
}

/** Within a group the versions that clients prefer come first. */
const shown = (served: Iterable<Served>): readonly Kind[] =>
  [...served]
    .flatMap(each => each.shown)
    .sort((a, b) => compareVersions(a.version, b.version) || (apiVersionOf(a) < apiVersionOf(b) ? -1 : 1))

type Names = NonNullable<NonNullable<CustomResourceDefinition['status']>['acceptedNames']>

/** The definitions with the status that each of them has among the others. */
const accepted = (
  definitions: readonly CustomResourceDefinition[],
  own: readonly Kind[],
  now: string,
): readonly CustomResourceDefinition[] => {
  const names = new Map(definitions.map(({ metadata, status }) => [metadata.name, status?.acceptedNames]))
  return definitions.map(definition => {
    const { metadata, spec } = definition
    const others = definitions
      .filter(each => each !== definition && each.spec.group === spec.group)
      .flatMap(each => names.get(each.metadata.name) ?? [])
    const known = own.filter(({ group }) => group === spec.group)
    const status = acceptance(definition, taken([...others, ...known.map(namesOf)]), now)
    names.set(metadata.name, status.acceptedNames)
    return { ...definition, status }
  })
}

const namesOf = (kind: Kind): Omit<Names, 'shortNames'> & { readonly shortNames: readonly string[] } => ({
  plural: kind.plural,
  singular: kind.singular,
  shortNames: kind.shortNames,
  kind: kind.kind,
  listKind: listKindOf(kind),
})

const taken = (all: readonly (Names | ReturnType<typeof namesOf>)[]): Taken => ({
  resources: new Set(
    all.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]),
  ),
  kinds: new Set(all.flatMap(({ kind, listKind = '' }) => [kind, listKind])),
})
