import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { badRequest } from '../../api/errors.ts'
import { Binding, Eviction, Namespace } from '../../api/kinds/index.ts'
import { isFields } from '../../api/patch/json.ts'
import type { Ref } from '../../api/resource.ts'
import { copyPlain } from '../registry/plain.ts'
import type { Registry } from '../registry/registry.ts'
import { type Handler, readRef } from './handler.ts'
import { deleteOptionsIn, readDeleteOptions } from './options.ts'
import { sendObject, sendSuccess } from './reply.ts'
import { readDraft } from './resource.ts'
import { readWriteOptions } from './write-options.ts'

export interface SubresourceHandlers {
  /** POST pods/{name}/binding, and POST bindings, which takes the name from the body. */
  readonly bind: Handler
  readonly unbind: Handler
  readonly evict: Handler
  /** PUT namespaces/{name}/finalize. */
  readonly finalize: Handler
}

export const subresourceHandlers = (registry: Registry): SubresourceHandlers => ({
  async bind(c) {
    const options = readWriteOptions(c, 'CreateOptions')
    const binding = await readDraft(c, Binding, options.fieldValidation)
    if (!binding.metadata.name) throw badRequest('metadata.name: Required value')
    await registry.bind(binding, options)
    return sendSuccess(c, 201)
  },

  async unbind(c) {
    const { preconditions = {} } = await readDeleteOptions(c)
    await registry.unbind(readRef(c), preconditions)
    return sendSuccess(c, 200)
  },

  async evict(c) {
    const { fieldValidation } = readWriteOptions(c, 'CreateOptions')
    const { metadata, deleteOptions = {} } = await readDraft(c, Eviction, fieldValidation, asV1)
    await registry.evict(refOf(metadata), deleteOptionsIn(c, deleteOptions))
    return sendSuccess(c, 201)
  },

  async finalize(c) {
    const options = readWriteOptions(c, 'UpdateOptions')
    const draft = await readDraft(c, Namespace, options.fieldValidation)
    const { object } = await registry.finalize(readRef(c), () => copyPlain(draft), options)
    return sendObject(c, 200, object)
  },
})

const refOf = ({ namespace = '', name = '' }: ObjectMeta): Ref => ({ namespace, name })

/** The older form of an eviction is the same. */
const asV1 = (data: unknown): unknown =>
  isFields(data) && data.apiVersion === 'policy/v1beta1' ? { ...data, apiVersion: 'policy/v1' } : data
