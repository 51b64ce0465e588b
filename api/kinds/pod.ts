import type { Pod as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'

export type Pod = V1 & { apiVersion: string; kind: string; metadata: Meta; spec: NonNullable<V1['spec']> }

export const Pod = defineKind<Pod>({
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status', 'binding'],
})
