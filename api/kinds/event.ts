import type { Event as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Meta } from '../resource.ts'

export type Event = V1 & { apiVersion: string; kind: string; metadata: Meta }

export const Event = defineKind<Event>({ kind: 'Event', plural: 'events', shortNames: ['ev'] })
