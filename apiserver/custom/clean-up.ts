import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { cleanup } from '../../api/kinds/apiextensions/custom-resource-definition.ts'
import { CustomResourceDefinition } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import { copyPlain } from '../registry/plain.ts'
import type { Registry } from '../registry/registry.ts'
import { everything } from './follow-changes.ts'

/**
 * Deletes the objects of a definition that goes; when there are none any more, it lets the definition go. `kind` is
 * missing when there never were any. Objects with finalizers of their own take their time: ask again when one is gone.
 */
export const cleanUp = async (
  registry: Registry,
  definition: CustomResourceDefinition,
  kind: Kind | undefined,
): Promise<void> => {
  if (kind) {
    const { caches } = registry
    const { items } = await registry.list(kind, everything)
    const dying = items.every(({ object }) => object.metadata.deletionTimestamp !== undefined)
    if (!dying) await registry.deleteAll(kind, everything)
    await caches.fresh()
    if (caches.of(kind).size > 0) return
  }
  try {
    await registry.update(CustomResourceDefinition, refOf(definition), old => {
      const draft = copyPlain(old)
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(each => each !== cleanup)
      return draft
    })
  } catch (error) {
    // Another API server was faster.
    if (!isStatus(error, 'NotFound')) throw error
  }
}
