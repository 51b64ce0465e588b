import type { Node as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { condition } from '../pod-phase.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { ageColumn, column, nameColumn, none, wide } from './columns.ts'
import { checkTaints } from './pod-spec/tolerations.ts'
import { keepStatus } from './strategy.ts'

export type Node = V1 & { apiVersion: string; kind: string; metadata: Meta }

const roleLabel = 'node-role.kubernetes.io/'
const unknown = '<unknown>'

export const Node = defineKind<Node>({
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status', 'proxy'],
  fields: { 'spec.unschedulable': node => String(node.spec?.unschedulable ?? false) },
  columns: [
    nameColumn(),
    column('Status', 'The status of the node', statusText),
    column('Roles', 'The roles of the node', rolesText),
    ageColumn(),
    column(
      'Version',
      'Kubelet Version reported by the node.',
      ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    ),
    column(
      'Internal-IP',
      'List of addresses reachable to the node.',
      node => address(node, 'InternalIP'),
      wide,
    ),
    column(
      'External-IP',
      'List of addresses reachable to the node.',
      node => address(node, 'ExternalIP'),
      wide,
    ),
    column(
      'OS-Image',
      'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
      ({ status }) => status?.nodeInfo?.osImage || unknown,
      wide,
    ),
    column(
      'Kernel-Version',
      "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
      ({ status }) => status?.nodeInfo?.kernelVersion || unknown,
      wide,
    ),
    column(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. docker://1.5.0).',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown,
      wide,
    ),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [
      ...checkMetadata(metadata),
      ...checkTaints('spec.taints', spec?.taints),
    ],
  },
})

function statusText(node: Node): string {
  const ready = condition(node.status, 'Ready')
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return node.spec?.unschedulable ? `${state},SchedulingDisabled` : state
}

function rolesText(node: Node): string {
  const roles = Object.keys(node.metadata.labels ?? {})
    .filter(key => key.startsWith(roleLabel))
    .map(key => key.slice(roleLabel.length))
  return roles.sort().join() || none
}

const address = (node: Node, type: string): string =>
  node.status?.addresses?.find(each => each.type === type)?.address ?? none
