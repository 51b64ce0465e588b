import type { MetricSpec, MetricStatus, HorizontalPodAutoscaler as V2 } from 'kubernetes-types/autoscaling/v2'
import { defineKind } from '../../define.ts'
import { invalidValue, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { checkPositive, type Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'

export type HorizontalPodAutoscaler = WithSpec<V2>

export const HorizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  generations: false,
  columns: [
    nameColumn(),
    column(
      'Reference',
      'scaleTargetRef points to the target resource to scale.',
      ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    ),
    column(
      'Targets',
      'The metrics that the number of pods follows: what they are, and what they shall be.',
      targetsText,
    ),
    column(
      'MinPods',
      'minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.',
      ({ spec }) => String(spec.minReplicas ?? '<unset>'),
    ),
    column(
      'MaxPods',
      'upper limit for the number of pods that can be set by the autoscaler.',
      ({ spec }) => spec.maxReplicas,
    ),
    column(
      'Replicas',
      'current number of replicas of pods managed by this autoscaler.',
      ({ status }) => status?.currentReplicas ?? 0,
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {} as HorizontalPodAutoscaler['spec']
      defaultSpec(draft.spec)
    },
    prepareCreate: prepareCreate<HorizontalPodAutoscaler>(() => ({ desiredReplicas: 0 })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec }) => [...checkMetadata(metadata), ...checkSpec(spec)],
  },
})

/** In place. */
export const defaultSpec = (spec: HorizontalPodAutoscaler['spec']): void => {
  spec.minReplicas ??= 1
  spec.metrics ??= [
    {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
    },
  ]
}

const checkSpec = ({
  scaleTargetRef,
  minReplicas = 1,
  maxReplicas,
}: HorizontalPodAutoscaler['spec']): Errors => [
  ...(minReplicas < 1
    ? [invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')]
    : []),
  ...checkPositive('spec.maxReplicas', maxReplicas ?? 0),
  ...((maxReplicas ?? 0) < minReplicas
    ? [invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than or equal to `minReplicas`')]
    : []),
  ...(['kind', 'name'] as const)
    .filter(member => !scaleTargetRef?.[member])
    .map(member => required(`spec.scaleTargetRef.${member}`)),
]

/** As many as fit a table. */
const shown = 2

function targetsText({ spec, status }: HorizontalPodAutoscaler): string {
  const { metrics = [] } = spec
  const texts = metrics.slice(0, shown).map((metric, i) => targetText(metric, status?.currentMetrics?.[i]))
  if (texts.length === 0) return none
  return metrics.length > shown ? `${texts.join(', ')} + ${metrics.length - shown} more...` : texts.join(', ')
}

const unknown = '<unknown>'

/** `50%/80%`, `12/100m`. */
const targetText = (spec: MetricSpec, status: MetricStatus | undefined): string => {
  const source = spec.resource ?? spec.containerResource ?? spec.pods ?? spec.object ?? spec.external
  const measured =
    status?.resource ?? status?.containerResource ?? status?.pods ?? status?.object ?? status?.external
  const { averageUtilization, averageValue, value } = source?.target ?? {}
  const { current } = measured ?? {}
  if (averageValue !== undefined) return `${current?.averageValue ?? unknown}/${averageValue} (avg)`
  if (value !== undefined) return `${current?.value ?? unknown}/${value}`
  const utilization = current?.averageUtilization
  const wanted = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`
  return `${utilization === undefined ? unknown : `${utilization}%`}/${wanted}`
}
