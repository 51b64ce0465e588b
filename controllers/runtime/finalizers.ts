import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { ObjectContext } from './context.ts'
import type { Controller } from './controller.ts'
import { done, type Result } from './result.ts'

type Cx = ObjectContext<never>

/** Finalizers are put on objects: only a controller of a kind has any. */
type Finalizing = Pick<Controller, 'finalizers'> & { readonly kind: Kind }

/** The object with all of the controller's finalizers, so that it cannot go before they have run. */
export const withFinalizers = async (
  { kind, finalizers }: Finalizing,
  object: Resource,
  cx: Cx,
): Promise<Resource> => {
  const present = object.metadata.finalizers ?? []
  const missing = finalizers.map(({ name }) => name).filter(name => !present.includes(name))
  if (missing.length === 0) return object
  return cx.update(kind, setFinalizers(object, [...present, ...missing]))
}

/** Runs the finalizers that the object still has, in their order; each is taken off when it is done. */
export const finalize = async (
  { kind, finalizers }: Finalizing,
  object: Resource,
  cx: Cx,
): Promise<Result> => {
  let current = object
  for (const { name, run } of finalizers) {
    const present = current.metadata.finalizers ?? []
    if (!present.includes(name)) continue
    const result = await run(current as never, cx)
    if (result?.type === 'after') return result
    // It may have written the object itself, its status for instance.
    const { namespace = '' } = current.metadata
    const newest = cx.get(kind, { namespace, name: current.metadata.name }) ?? current
    const rest = (newest.metadata.finalizers ?? []).filter(other => other !== name)
    current = await cx.update(kind, setFinalizers(newest, rest))
  }
  return done
}

const setFinalizers = (object: Resource, finalizers: string[]): Resource => ({
  ...object,
  metadata: { ...object.metadata, finalizers },
})
