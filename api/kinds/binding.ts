import type { Binding as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'

export type Binding = V1 & { apiVersion: string; kind: string; metadata: Meta }

export const Binding = defineKind<Binding>({ kind: 'Binding', plural: 'bindings' })
