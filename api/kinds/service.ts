import type { Service as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'

export type Service = V1 & { apiVersion: string; kind: string; metadata: Meta; spec: NonNullable<V1['spec']> }

export const Service = defineKind<Service>({
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
})
