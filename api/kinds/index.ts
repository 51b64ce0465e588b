import type { Kind } from '../kind.ts'
import { Binding } from './binding.ts'
import { Lease } from './coordination/lease.ts'
import { Endpoints } from './endpoints.ts'
import { Event } from './event.ts'
import { Namespace } from './namespace.ts'
import { Node } from './node.ts'
import { Pod } from './pod.ts'
import { ReplicationController } from './replication-controller.ts'
import { Service } from './service.ts'

export { Binding, Endpoints, Event, Lease, Namespace, Node, Pod, ReplicationController, Service }

/** The table of kinds: whatever serves or shows objects reads it. */
export const kinds: readonly Kind[] = [
  Binding,
  Endpoints,
  Event,
  Lease,
  Namespace,
  Node,
  Pod,
  ReplicationController,
  Service,
]

/** The kind that a path names: `kindOf('', 'v1', 'pods')`. */
export const kindOf = (group: string, version: string, plural: string): Kind | undefined =>
  kinds.find(kind => kind.group === group && kind.version === version && kind.plural === plural)

/** The kind that an object's `kind` names. */
export const kindNamed = (name: string): Kind | undefined => kinds.find(kind => kind.kind === name)
