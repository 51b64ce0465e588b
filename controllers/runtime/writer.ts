import type { Client, DeleteOptions } from '../../api/client.ts'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Draft, Ref, Resource } from '../../api/resource.ts'
import type { Informer } from '../../informers/informer.ts'

/** Writes through the client. Reads from the caches after a write see it, even before its event has come. */
export interface Writer {
  create<T extends Resource>(kind: Kind<T>, draft: Draft<T>): Promise<T>
  update<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  updateStatus<T extends Resource>(kind: Kind<T>, object: T): Promise<T>
  /** Fine as well when the object is gone already. */
  remove<T extends Resource>(kind: Kind<T>, ref: Ref, options?: DeleteOptions): Promise<void>
}

interface WriterOptions {
  readonly client: Client
  /** Aborted: every call rejects with its reason, also those under way. What they wrote is seen all the same. */
  readonly signal: () => AbortSignal
  /** The informer that must see the writes; undefined for a kind that nobody reads. */
  readonly informerOf: <T extends Resource>(kind: Kind<T>) => Informer<T> | undefined
  /** Is told what became of an object that was replaced. */
  readonly replaced?: (sent: Resource, answer: Resource) => void
}

export const createWriter = ({ client, signal, informerOf, replaced }: WriterOptions): Writer => {
  const call = async <T extends Resource>(
    kind: Kind<T>,
    request: () => Promise<T>,
    see: (answer: T) => void = answer => informerOf(kind)?.assume(answer),
  ): Promise<T> => {
    signal().throwIfAborted()
    return untilAborted(
      request().then(answer => {
        see(answer)
        return answer
      }),
      signal(),
    )
  }

  const replace =
    (verb: 'update' | 'updateStatus'): Writer['update'] =>
    (kind, object) =>
      call(
        kind,
        () => client[verb](kind, object),
        answer => {
          replaced?.(object, answer)
          informerOf(kind)?.assume(answer)
        },
      )

  return {
    create: (kind, draft) => call(kind, () => client.create(kind, draft)),
    update: replace('update'),
    updateStatus: replace('updateStatus'),

    async remove(kind, ref, options) {
      const see = (left: Resource): void => {
        const informer = informerOf(kind)
        if (isGone(left, options)) informer?.assumeDeleted(left as never, left.metadata.resourceVersion)
        else informer?.assume(left as never)
      }
      try {
        await call(kind, () => client.delete(kind, ref, options), see)
      } catch (error) {
        if (!isStatus(error, 'NotFound')) throw error
      }
    },
  }
}

/** A deletion's answer shows the object as it was left: on its way while something holds it, else gone. */
const isGone = ({ metadata }: Resource, { gracePeriodSeconds }: DeleteOptions = {}): boolean => {
  if (metadata.finalizers?.length) return false
  return !metadata.deletionTimestamp || gracePeriodSeconds === 0 || metadata.deletionGracePeriodSeconds === 0
}

const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
