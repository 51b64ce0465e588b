import type { Scale as V1 } from 'kubernetes-types/autoscaling/v1'
import { defineKind } from '../../define.ts'
import type { Meta } from '../../resource.ts'
import { ageColumn, column, integer, nameColumn } from '../columns.ts'

export type Scale = V1 & { apiVersion: string; kind: string; metadata: Meta }

/** How many of something there are and should be: the `/scale` of many kinds. Nothing is stored of it. */
export const Scale = defineKind<Scale>({
  group: 'autoscaling',
  kind: 'Scale',
  plural: 'scales',
  columns: [
    nameColumn(),
    column(
      'Desired',
      'desired number of instances for the scaled object.',
      ({ spec }) => spec?.replicas ?? 0,
      integer,
    ),
    column(
      'Available',
      'actual number of observed instances of the scaled object.',
      ({ status }) => status?.replicas ?? 0,
      integer,
    ),
    ageColumn(),
  ],
})
