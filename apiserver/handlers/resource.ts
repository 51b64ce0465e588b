import { faultsInOrder } from '../../api/duplicate-fields.ts'
import { badRequest } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { Job } from '../../api/kinds/index.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { decode } from '../../api/validation/structure.ts'
import { matchPath } from '../registry/identity.ts'
import type { Part } from '../registry/parts.ts'
import { copyPlain } from '../registry/plain.ts'
import { type Handler, readRef } from './handler.ts'
import { duplicateField, type Faults } from './json.ts'
import { readDeleteOptions, readListQuery, readSelection, readWatchRequest } from './options.ts'
import { withoutDuplicateOwners } from './owner-references.ts'
import { type PatchHandlers, patchHandlers } from './patch.ts'
import { representations } from './representations.ts'
import { type Request, readData, readFlag } from './request.ts'
import { scaleForm } from './scale.ts'
import { warn } from './warnings.ts'
import { serveWatch, type WatchServing } from './watch.ts'
import { type FieldValidation, readWriteOptions, unknownField } from './write-options.ts'

/** What a kind's paths answer, by verb. */
export interface ResourceHandlers extends PatchHandlers {
  readonly get: Handler
  readonly list: Handler
  readonly watch: Handler
  /** The watch of one object, by its path. */
  readonly watchOne: Handler
  readonly create: Handler
  readonly update: Handler
  readonly delete: Handler
  readonly deleteCollection: Handler
  /** A PUT to a path that writes a part alone. */
  updatePart(subresource: Part): Handler
}

const podsArePreserved =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or ' +
  'set propagationPolicy=Orphan to suppress this warning'

/** The body as an object of the kind that agrees with the path; `convert` takes it from a form that is not the kind's. */
export const readDraft = async <T extends Resource>(
  c: Request,
  kind: Kind<T>,
  fieldValidation: FieldValidation,
  convert = (data: unknown): unknown => data,
): Promise<Draft<T>> => {
  const found: Faults = { texts: [] }
  const unknown: string[] = []
  const data = await readData(c, kind.kind, fieldValidation === 'Ignore' ? undefined : found)
  const draft = decode(kind, convert(data), unknown)
  const faults = faultsOf(kind, found, unknown)
  if (faults.length > 0 && fieldValidation === 'Strict') {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ` +
        `strict decoding error: ${faults.join(', ')}`,
    )
  }
  if (fieldValidation === 'Warn') warn(c, faults)
  const duplicates = withoutDuplicateOwners(draft)
  if (duplicates) warn(c, [duplicates])
  matchPath(kind, draft, readRef(c))
  return draft
}

/** Of Kubernetes' own kinds its decoder tells the faults of JSON as they stand in it; of others duplicates come first. */
const faultsOf = ({ custom }: Pick<Kind, 'custom'>, { texts, json }: Faults, unknown: string[]): string[] =>
  json === undefined || custom
    ? [...texts, ...unknown.map(unknownField)]
    : faultsInOrder(json, unknown).map(({ path, of }) =>
        of === 'unknown' ? unknownField(path) : duplicateField(path),
      )

export const resourceHandlers = <T extends Resource>(
  serving: WatchServing,
  kind: Kind<T>,
): ResourceHandlers => {
  const { registry } = serving
  const shown = representations(kind, serving.clock)
  const answer = shown.one

  const watch: Handler = async c =>
    serveWatch(c, serving, kind, readSelection(c, kind), shown.format(c), readWatchRequest(c))

  return {
    ...patchHandlers(registry, kind, shown, scaleForm(kind, serving.clock)),

    get: async c => answer(c, 200, await registry.get(kind, readRef(c), c.req.query('resourceVersion'))),

    async list(c) {
      if (readFlag(c, 'watch')) return watch(c)
      shown.check(c, 'list')
      return shown.list(c, await registry.list(kind, readSelection(c, kind), readListQuery(c)))
    },

    watch,

    async watchOne(c) {
      const { name } = readRef(c)
      const selection = readSelection(c, kind)
      const one = {
        ...selection,
        id: `${selection.id} ${name}`,
        matches: (object: T) => object.metadata.name === name && (selection.matches?.(object) ?? true),
      }
      return serveWatch(c, serving, kind, one, shown.format(c), readWatchRequest(c))
    },

    async create(c) {
      shown.check(c, 'object')
      const options = readWriteOptions(c, 'CreateOptions')
      const draft = await readDraft(c, kind, options.fieldValidation)
      return answer(c, 201, await registry.create(kind, draft, options))
    },

    async update(c) {
      shown.check(c, 'object')
      const options = readWriteOptions(c, 'UpdateOptions')
      const draft = await readDraft(c, kind, options.fieldValidation)
      return answer(c, 200, await registry.update(kind, readRef(c), () => copyPlain(draft), options))
    },

    async delete(c) {
      shown.check(c, 'object')
      const options = await readDeleteOptions(c)
      // As kube-apiserver warns of them, and of no other kind.
      if (kind === (Job as unknown) && !options.propagationPolicy) warn(c, [podsArePreserved])
      return answer(c, 200, await registry.delete(kind, readRef(c), options))
    },

    async deleteCollection(c) {
      shown.check(c, 'list')
      const options = await readDeleteOptions(c)
      const listed = await registry.deleteAll(kind, readSelection(c, kind), readListQuery(c), options)
      return shown.list(c, listed)
    },

    updatePart: subresource => async c => {
      shown.check(c, 'object')
      const options = { ...readWriteOptions(c, 'UpdateOptions'), subresource }
      const draft = await readDraft(c, kind, options.fieldValidation)
      return answer(c, 200, await registry.updatePart(kind, readRef(c), () => copyPlain(draft), options))
    },
  }
}
