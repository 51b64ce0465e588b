import { defineKind } from '../../../api/define.ts'
import type { Meta } from '../../../api/resource.ts'

/** A custom kind, as a reader of the runtime's documentation would make one. */
export interface Cache {
  apiVersion: string
  kind: string
  metadata: Meta
  spec: { replicas: number; secret?: string }
  status?: { conditions?: { type: string; status: string; reason?: string }[]; ready?: number }
}

export const Cache = defineKind<Cache>({
  group: 'cache.example',
  kind: 'Cache',
  plural: 'caches',
  subresources: ['status'],
})
