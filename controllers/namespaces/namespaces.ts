import { Namespace } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import type { MetadataFeed } from '../metadata/index.ts'
import { after, type Controller, controller, done, type ObjectContext } from '../runtime/index.ts'
import { statusAfter } from './conditions.ts'
import { removeContent } from './content.ts'
import { emptied } from './emptied.ts'

/** The finalizer in a namespace's spec that is this controller's. */
const finalizer = 'kubernetes'

/** Empties namespaces that are deleted, and lets them go. */
export const namespaces = (feed: MetadataFeed): Controller =>
  controller(Namespace, { concurrency: 10, timeout: '5m' })
    .on(emptied(feed))
    .when(({ spec }, old) => spec?.finalizers?.length !== old.spec?.finalizers?.length)
    .reconcile(async (namespace, cx) => {
      if (!namespace.metadata.deletionTimestamp) return done
      if (!namespace.spec?.finalizers?.includes(finalizer)) {
        // Others have finalizers there too. Without any, one more DELETE is all that is missing.
        if (!namespace.spec?.finalizers?.length) await cx.delete(Namespace, namespace)
        return done
      }
      const content = await removeContent(namespace.metadata.name, cx)
      const { remaining, discovery, failures } = content
      await cx.status(statusAfter(namespace.status, content, cx.clock.now()))
      const [failure] = [...discovery, ...failures]
      if (failure !== undefined) throw failure
      if (remaining.length === 0) {
        await finish(namespace, cx)
        return done
      }
      // The last object of a kind brings the next run. What is told of those that stay grows old without one.
      return after('5s')
    })

const finish = async (namespace: Namespace, cx: ObjectContext<Namespace>): Promise<void> => {
  const current = cx.get(Namespace, refOf(namespace)) ?? namespace
  const finalizers = current.spec?.finalizers?.filter(each => each !== finalizer)
  await cx.client.finalize({ ...current, spec: { ...current.spec, finalizers } })
}
