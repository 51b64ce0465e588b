import type { Client } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Ref, Resource } from '../../api/resource.ts'

/** The object as it is now; undefined when it is gone, also when another one has its name. */
export const live = async (
  client: Client,
  kind: Kind,
  { namespace, name, uid }: Ref & { readonly uid: string },
): Promise<Resource | undefined> => {
  try {
    const found = await client.get(kind, { namespace, name })
    return found.metadata.uid === uid ? found : undefined
  } catch (error) {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  }
}

/** Takes a finalizer off an object, if it has it. */
export const removeFinalizer = async (
  client: Client,
  kind: Kind,
  ref: Ref & { readonly uid: string },
  finalizer: string,
): Promise<void> => {
  const found = await live(client, kind, ref)
  if (!found?.metadata.finalizers?.includes(finalizer)) return
  const { uid, resourceVersion, finalizers } = found.metadata
  const rest = finalizers.filter(each => each !== finalizer)
  await client.patch(kind, ref, {
    metadata: { uid, resourceVersion, finalizers: rest.length > 0 ? rest : null },
  })
}
