import type { HorizontalPodAutoscaler as V1 } from 'kubernetes-types/autoscaling/v1'
import { defineKind } from '../../define.ts'
import { isStatus } from '../../errors.ts'
import type { Draft, WithSpec } from '../../resource.ts'
import { decode } from '../../validation/structure.ts'
import { storedAs } from '../stored-as.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'
import { defaultSpec, HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { type Fields, measuredFromV1, measuredToV1, metricFromV1, metricToV1 } from './metrics-v1.ts'

/** An autoscaler as autoscaling/v1 has it: by the CPU's use alone. What else there is goes into annotations. */
export type HorizontalPodAutoscalerV1 = WithSpec<V1>

type V2 = HorizontalPodAutoscaler
type Spec = V2['spec']
type Status = NonNullable<V2['status']>
type Metric = NonNullable<Spec['metrics']>[number]
type Annotations = Readonly<Record<string, string>>

const prefix = 'autoscaling.alpha.kubernetes.io/'

const annotation = {
  metrics: `${prefix}metrics`,
  behavior: `${prefix}behavior`,
  currentMetrics: `${prefix}current-metrics`,
  conditions: `${prefix}conditions`,
} as const

const ours: readonly string[] = Object.values(annotation)

/** The one metric that v1 has a field for. */
const isCpu = ({ type, resource }: Metric): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined

const cpuMetric = (averageUtilization: number): Metric => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** What v1 can say only so; undefined where there is nothing. */
const write = (value: unknown, convert = (each: unknown): unknown => each): string | undefined => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined
  return JSON.stringify(Array.isArray(value) ? value.map(convert) : value)
}

/** An annotation is anybody's text: undefined where it is not what it should be, as kube-apiserver takes it. */
const read = (
  annotations: Annotations,
  name: keyof typeof annotation,
  part: (value: unknown) => Fields,
  convert?: (each: unknown) => unknown,
): Draft<V2> | undefined => {
  const text = annotations[annotation[name]]
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return decode(HorizontalPodAutoscaler, part(convert && Array.isArray(value) ? value.map(convert) : value))
  } catch (error) {
    if (error instanceof SyntaxError || isStatus(error, 'BadRequest')) return undefined
    throw error
  }
}

const toV2 = ({ metadata, spec, status, ...rest }: HorizontalPodAutoscalerV1): V2 => {
  const { targetCPUUtilizationPercentage: cpu, ...same } = spec
  const all = metadata.annotations ?? {}
  const others = read(all, 'metrics', metrics => ({ spec: { metrics } }), metricFromV1)?.spec.metrics ?? []
  const behavior = read(all, 'behavior', behavior => ({ spec: { behavior } }))?.spec.behavior
  const metrics = [...(cpu === undefined ? [] : [cpuMetric(cpu)]), ...others]
  const kept = Object.entries(all).filter(([name]) => !ours.includes(name))
  const { annotations: _, ...named } = metadata
  const next: V2 = {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: { ...named, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    spec: { ...same, ...(metrics.length > 0 && { metrics }), ...(behavior && { behavior }) },
    ...(status && { status: statusToV2(status, all) }),
  }
  defaultSpec(next.spec)
  return next
}

const statusToV2 = (
  { currentCPUUtilizationPercentage: cpu, ...same }: NonNullable<HorizontalPodAutoscalerV1['status']>,
  all: Annotations,
): Status => {
  const measured = read(all, 'currentMetrics', each => ({ status: { currentMetrics: each } }), measuredFromV1)
  const conditions = read(all, 'conditions', each => ({ status: { conditions: each } }))?.status?.conditions
  const byCpu =
    cpu === undefined
      ? undefined
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: cpu } } }]
  const currentMetrics = measured?.status?.currentMetrics ?? byCpu
  return { ...same, ...(currentMetrics && { currentMetrics }), ...(conditions && { conditions }) }
}

const fromV2 = ({ metadata, spec, status, ...rest }: V2): HorizontalPodAutoscalerV1 => {
  const { metrics = [], behavior, ...same } = spec
  const { currentMetrics, conditions, ...told } = status ?? {}
  const cpu = metrics.find(isCpu)
  const use = currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current
    .averageUtilization
  const target = cpu?.resource?.target.averageUtilization
  const written = {
    [annotation.metrics]: write(
      metrics.filter(each => each !== cpu),
      metricToV1,
    ),
    [annotation.behavior]: write(behavior),
    [annotation.currentMetrics]: write(currentMetrics, measuredToV1),
    [annotation.conditions]: write(conditions),
  }
  const annotations = Object.fromEntries(
    Object.entries({ ...metadata.annotations, ...written }).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text]],
    ),
  )
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...same, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    ...(status && {
      status: {
        currentReplicas: 0,
        desiredReplicas: 0,
        ...told,
        ...(use !== undefined && { currentCPUUtilizationPercentage: use }),
      },
    }),
  }
}

const shared = storedAs(HorizontalPodAutoscaler, toV2, fromV2)

export const HorizontalPodAutoscalerV1 = defineKind<HorizontalPodAutoscalerV1>({
  ...shared,
  group: 'autoscaling',
  version: 'v1',
  strategy: {
    ...shared.strategy,
    default: draft => {
      draft.spec ??= {} as HorizontalPodAutoscalerV1['spec']
      draft.spec.minReplicas ??= 1
    },
    prepareCreate: prepareCreate<HorizontalPodAutoscalerV1>(() => ({
      currentReplicas: 0,
      desiredReplicas: 0,
    })),
    prepareUpdate: keepStatus,
  },
})
