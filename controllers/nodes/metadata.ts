import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { annotation } from '../../api/annotations.ts'
import type { Node } from '../../api/kinds/index.ts'
import { labelValue, qualifiedName } from '../../api/validation/names.ts'
import { agentLabels, attributePrefix } from '../../mesos/protocol/labels.ts'
import type { Agent } from './agent.ts'

/**
 * What a node's metadata says of its agent, over what it says besides: people's labels stay, those of attributes that
 * the agent has no more go. An attribute that is no label in Kubernetes is left out, or the node could not be written.
 */
export const metadataOf = (
  agent: Agent,
  known: Node['metadata'] | undefined,
): Pick<ObjectMeta, 'labels' | 'annotations'> => {
  const isOthers = ([name]: [string, string]) => !name.startsWith(attributePrefix)
  const isLabel = ([name, value]: [string, string]) =>
    qualifiedName(name).length === 0 && labelValue(value).length === 0
  return {
    labels: {
      ...Object.fromEntries(Object.entries(known?.labels ?? {}).filter(isOthers)),
      ...Object.fromEntries(Object.entries(agentLabels(agent)).filter(isLabel)),
    },
    annotations: { ...known?.annotations, [annotation.agentId]: agent.id },
  }
}

/** The agent that the node stands for; undefined for a node that somebody else has made. */
export const agentIdOf = ({ metadata }: Node): string | undefined =>
  metadata.annotations?.[annotation.agentId]
