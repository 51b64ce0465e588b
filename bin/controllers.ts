import type { Client } from '../api/client.ts'
import { garbage } from '../controllers/garbage/index.ts'
import { followMetadata } from '../controllers/metadata/index.ts'
import { namespaces } from '../controllers/namespaces/index.ts'
import { podGarbage } from '../controllers/pod-garbage/index.ts'
import { portals } from '../controllers/portals/index.ts'
import { replication } from '../controllers/replication/index.ts'
import { rootCa } from '../controllers/root-ca/index.ts'
import { createManager, type Leading, type Manager, whileLeading } from '../controllers/runtime/index.ts'
import { serviceAccounts } from '../controllers/service-accounts/index.ts'
import { taintEviction } from '../controllers/taint-eviction/index.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'

export interface ControllersOptions {
  readonly client: Client
  readonly logger: Logger
  readonly clock?: Clock
  /** Who competes for leading; see `whileLeading`. */
  readonly identity: string
  /** Told of its controllers whenever this process leads. */
  readonly leading?: (manager: Manager) => void
  /** By which pods trust the API server, in PEM; left out: not known. */
  readonly certificate?: string
}

const lease = { namespace: 'kube-system', name: 'controller-manager' }

/** The controllers that need only the API. Wherever they are started, they run in one process at a time. */
export const startControllers = ({ leading, certificate, ...options }: ControllersOptions): Leading =>
  whileLeading({ ...options, lease }, async () => {
    const manager = createManager(options)
    const metadata = followMetadata(options)
    const controllers = [
      replication(),
      ...portals(),
      namespaces(metadata),
      garbage(metadata),
      podGarbage(),
      taintEviction(),
      serviceAccounts(),
      rootCa(certificate),
    ]
    for (const controller of controllers) manager.add(controller)
    await manager.start()
    leading?.(manager)
    return manager
  })
