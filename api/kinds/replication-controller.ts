import type { ReplicationController as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'

export type ReplicationController = V1 & {
  apiVersion: string
  kind: string
  metadata: Meta
  spec: NonNullable<V1['spec']>
}

export const ReplicationController = defineKind<ReplicationController>({
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: ['status', 'scale'],
})
