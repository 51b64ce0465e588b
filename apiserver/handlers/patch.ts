import { badRequest, invalid, isStatus, type StatusError, unsupportedMediaType } from '../../api/errors.ts'
import { type FieldError, forbiddenField, invalidValue, required } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import { Scale } from '../../api/kinds/autoscaling/scale.ts'
import { countFields, TooDeep } from '../../api/nesting.ts'
import { isFields } from '../../api/patch/json.ts'
import { applyJsonPatch, readJsonPatch } from '../../api/patch/json-patch.ts'
import { applyMergePatch } from '../../api/patch/merge-patch.ts'
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge-patch.ts'
import type { Draft, Resource } from '../../api/resource.ts'
import { type Schema, schemaOf } from '../../api/schema/schema.ts'
import { decode, decodeConfiguration } from '../../api/validation/structure.ts'
import { matchPath } from '../registry/identity.ts'
import type { Part } from '../registry/parts.ts'
import { copyPlain } from '../registry/plain.ts'
import type { Edit, Registry } from '../registry/registry.ts'
import { readScale, scaleOf } from '../registry/scale.ts'
import { conversionError, goValue } from './go-value.ts'
import { type Handler, readRef } from './handler.ts'
import { type Faults, parseJson } from './json.ts'
import { withoutDuplicateOwners } from './owner-references.ts'
import type { Representations } from './representations.ts'
import { type Request, readBody, readFlag } from './request.ts'
import type { ScaleForm } from './scale.ts'
import { warn } from './warnings.ts'
import { readWriteOptions, unknownField } from './write-options.ts'
import { parseYaml } from './yaml.ts'

export interface PatchHandlers {
  readonly patch: Handler
  patchPart(subresource: Part): Handler
  readonly patchScale: Handler
}

const applyType = 'application/apply-patch+yaml'
const strategicType = 'application/strategic-merge-patch+json'

interface Patch {
  /** Makes a new document of an old one, which stays as it is. */
  apply(document: unknown): unknown
  /** How an outcome is refused that is no object of the kind: kube-apiserver shows it, or the patch. */
  refused(patched: unknown, why: string): StatusError
}

const plainPatch = (apply: Patch['apply']): Patch => ({
  apply,
  refused: (patched, why) => patchInvalid(JSON.stringify(patched), why),
})

const strategicPatch = (patch: unknown, schema: Schema): Patch => ({
  apply: document => applyStrategicMergePatch(document, patch, schema),
  refused: (patched, why) => patchInvalid(goValue(patch), conversionError(patched, schema) ?? why),
})

/** Reads the patch of a request to a kind; how strategic ones merge is said of Kubernetes' own kinds only. */
const readPatch = async (
  c: Request,
  kind: Pick<Kind, 'group' | 'version' | 'kind' | 'custom'>,
  type: string,
  faults: Faults = { texts: [] },
): Promise<Patch> => {
  const schema = kind.custom ? undefined : schemaOf(kind)
  if (type === 'application/json-patch+json') {
    const operations = readJsonPatch(await readJson(c, faults))
    return plainPatch(document => applyJsonPatch(document, operations))
  }
  if (type === 'application/merge-patch+json') {
    const patch = await readJson(c, faults)
    if (!isFields(patch)) throw badRequest('error decoding patch: a merge patch is an object')
    return plainPatch(document => applyMergePatch(document, patch))
  }
  if (type === strategicType && schema) {
    return strategicPatch(await readJson(c, faults), schema)
  }
  throw unsupportedMediaType([
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(schema ? [strategicType] : []),
    applyType,
  ])
}

export const patchHandlers = <T extends Resource>(
  registry: Registry,
  kind: Kind<T>,
  shown: Representations<T>,
  scales: ScaleForm<T>,
): PatchHandlers => {
  /** What a plain patch makes of an object. */
  const readEdit = async (c: Request, options: PatchOptions): Promise<Edit<T>> => {
    const duplicates: Faults = { texts: [] }
    const patch = await readPatch(c, kind, options.type, duplicates)
    let warned = false
    return old => {
      const patched = copyPlain(notTooDeep(patch.apply(old)))
      const unknown: string[] = []
      const draft = decodePatched(kind, patched, unknown, patch)
      const faults = [...duplicates.texts, ...unknown.map(unknownField)]
      if (faults.length > 0 && options.fieldValidation === 'Strict') {
        throw patch.refused(patched, `strict decoding error: ${faults.join(', ')}`)
      }
      // An edit is made again when somebody else was faster.
      const sameOwners = withoutDuplicateOwners(draft, ' after mutating admission happens')
      if (!warned) {
        if (options.fieldValidation === 'Warn') warn(c, faults)
        if (sameOwners) warn(c, [sameOwners])
      }
      warned = true
      matchPath(kind, draft, readRef(c))
      return draft
    }
  }

  /** What is applied. Each of its fields is claimed, so there can be none that nobody knows. */
  const readConfig = async (c: Request, { fieldValidation }: PatchOptions): Promise<Draft<T>> => {
    const found: Faults = { texts: [] }
    const body = await readYaml(c, found)
    const faults = found.texts
    if (faults.length > 0 && fieldValidation === 'Strict') {
      throw badRequest(`error strict decoding YAML: ${faults.join(', ')}`)
    }
    if (fieldValidation === 'Warn') warn(c, faults)
    if (!isFields(body)) throw badRequest('error decoding YAML: it is no object')
    for (const field of ['apiVersion', 'kind']) {
      if (!body[field]) throw badRequest(`invalid object type: ${field} is not set`)
    }
    const unknown: string[] = []
    const config = decodeConfiguration(kind, body, unknown)
    if (unknown.length > 0) {
      const { name } = readRef(c)
      const fields = unknown.map(path => `.${path}: field not declared in schema`).join('\n')
      throw badRequest(
        `failed to create typed patch object (${name}; ${config.apiVersion}, Kind=${kind.kind}): ${fields}`,
      )
    }
    if (config.metadata.managedFields) throw badRequest('metadata.managedFields must be nil')
    matchPath(kind, config, readRef(c))
    return config
  }

  return {
    async patch(c) {
      shown.check(c, 'object')
      const options = readPatchOptions(c)
      const ref = readRef(c)
      if (options.type !== applyType) {
        return shown.one(c, 200, await registry.update(kind, ref, await readEdit(c, options), options))
      }
      const config = await readConfig(c, options)
      const { created, stored } = await registry.apply(kind, ref, { ...options, config }, options)
      return shown.one(c, created ? 201 : 200, stored)
    },

    patchPart: subresource => async c => {
      shown.check(c, 'object')
      const options = { ...readPatchOptions(c), subresource }
      const ref = readRef(c)
      const stored =
        options.type === applyType
          ? await registry.applyPart(kind, ref, { ...options, config: await readConfig(c, options) }, options)
          : await registry.updatePart(kind, ref, await readEdit(c, options), options)
      return shown.one(c, 200, stored)
    },

    async patchScale(c) {
      scales.check(c)
      const options = readPatchOptions(c)
      const ref = readRef(c)
      const scale = async () => {
        if (options.type === applyType) {
          const { replicas, resourceVersion } = readScale(await readYaml(c))
          return registry.applyScale(kind, ref, { replicas, resourceVersion, force: options.force }, options)
        }
        const patch = await readPatch(c, Scale, options.type)
        return registry.scale(kind, ref, old => readScale(patch.apply(scaleOf(kind, old))), options)
      }
      return scales.send(c, await scale())
    },
  }
}

type PatchOptions = ReturnType<typeof readPatchOptions>

const readPatchOptions = (c: Request) => {
  const options = readWriteOptions(c, 'PatchOptions')
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const force = readFlag(c, 'force')
  const errors: FieldError[] = []
  if (type === applyType) {
    if (!options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'))
  } else if (c.req.query('force') !== undefined) {
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'))
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors)
  return { ...options, type, force }
}

const readJson = async (c: Request, faults: Faults): Promise<unknown> => {
  try {
    const text = (await readBody(c)).toString()
    return parseJson(text, faults)
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TooDeep)) throw error
    throw badRequest(`error decoding patch: ${error.message}`, error)
  }
}

const readYaml = async (c: Request, faults?: Faults): Promise<unknown> => {
  const text = (await readBody(c)).toString()
  try {
    return parseYaml(text, faults)
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : error}`, error)
  }
}

/** A patch may nest what it has not nested itself: with paths, and with copies of what is there. */
const notTooDeep = (patched: unknown): unknown => {
  try {
    countFields(patched)
    return patched
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    throw badRequest(`error decoding patch: ${error.message}`, error)
  }
}

/** A patch whose outcome is no object of the kind is the patch's fault. */
const decodePatched = <T extends Resource>(
  kind: Kind<T>,
  patched: unknown,
  unknown: string[],
  patch: Patch,
): Draft<T> => {
  try {
    return decode(kind, patched, unknown)
  } catch (error) {
    if (!isStatus(error, 'BadRequest')) throw error
    throw patch.refused(patched, error.message)
  }
}

const patchInvalid = (shown: string, why: string): StatusError =>
  invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)])
