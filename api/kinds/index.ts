import type { Kind } from '../kind.ts'
import { Binding } from './binding.ts'
import { Endpoints } from './endpoints.ts'
import { Event } from './event.ts'
import { Namespace } from './namespace.ts'
import { Node } from './node.ts'
import { Pod } from './pod.ts'
import { ReplicationController } from './replication-controller.ts'
import { Service } from './service.ts'

export { Binding, Endpoints, Event, Namespace, Node, Pod, ReplicationController, Service }

/** The table of kinds: whatever serves or shows objects reads it. */
export const kinds: readonly Kind[] = [
  Binding,
  Endpoints,
  Event,
  Namespace,
  Node,
  Pod,
  ReplicationController,
  Service,
] as unknown as readonly Kind[]
