import { legacyBinding } from './binding.ts'
import { legacyEndpoints } from './endpoints.ts'
import { legacyEvent } from './event.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { legacyMinion } from './minion.ts'
import { legacyPod } from './pod.ts'
import { legacyReplicationController } from './replication-controller.ts'
import { legacyService } from './service.ts'

/** Everything that the API of 2014 served. */
export const legacyKinds: readonly LegacyKind[] = [
  legacyPod,
  legacyReplicationController,
  legacyService,
  legacyEndpoints,
  legacyMinion,
  legacyEvent,
  legacyBinding,
] as unknown as readonly LegacyKind[]
