import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { HorizontalPodAutoscaler } from '../../../api/kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { HorizontalPodAutoscalerV1 } from '../../../api/kinds/autoscaling/horizontal-pod-autoscaler-v1.ts'
import { defaulted, wrongWith } from './admit.ts'

type V2 = HorizontalPodAutoscaler
type V1 = HorizontalPodAutoscalerV1

const { storage } = HorizontalPodAutoscalerV1
assert.ok(storage)
const from = (object: V2) => storage.from(object) as V1
const to = (object: V1) => storage.to(object) as V2

const count = fc.integer({ min: 1, max: 100 })
const quantity = count.map(String)
const metric = fc
  .record({ name: fc.string({ minLength: 1 }) })
  .chain(named => fc.constantFrom(named, { ...named, selector: { matchLabels: { a: 'b' } } }))
const byValue = quantity.map(value => ({ type: 'Value', value }))
const byAverage = quantity.map(averageValue => ({ type: 'AverageValue', averageValue }))
const byUse = count.map(averageUtilization => ({ type: 'Utilization', averageUtilization }))
const resource = fc.record({
  name: fc.constantFrom('cpu', 'memory'),
  target: fc.oneof(byUse, byAverage),
})
const describedObject = fc.constant({ apiVersion: 'v1', kind: 'Service', name: 's' })

const metrics = fc.array(
  fc.oneof(
    resource.map(resource => ({ type: 'Resource', resource })),
    resource.map(each => ({
      type: 'ContainerResource',
      containerResource: { ...each, container: 'c' },
    })),
    fc.record({ metric, target: byAverage }).map(pods => ({ type: 'Pods', pods })),
    fc
      .record({ metric, describedObject, target: fc.oneof(byValue, byAverage) })
      .map(object => ({ type: 'Object', object })),
    fc
      .record({ metric, target: fc.oneof(byValue, byAverage) })
      .map(external => ({ type: 'External', external })),
  ),
  { minLength: 1, maxLength: 4 },
)

const current = fc.oneof(
  fc.record({ averageUtilization: count, averageValue: quantity }),
  fc.record({ averageValue: quantity }),
)
const currentMetrics = fc.array(
  fc.oneof(
    fc
      .record({ name: fc.constantFrom('cpu', 'memory'), current })
      .map(resource => ({ type: 'Resource', resource })),
    fc
      .record({ metric, describedObject, current: fc.record({ value: quantity }) })
      .map(object => ({ type: 'Object', object })),
  ),
  { minLength: 1, maxLength: 3 },
)

const autoscaler = fc.record({ metrics, currentMetrics, down: count }).map(
  ({ metrics, currentMetrics, down }): V2 =>
    // fast-check's records have no prototype.
    JSON.parse(
      JSON.stringify({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h', namespace: 'default', annotations: { mine: 'x' } },
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'd' },
          minReplicas: 1,
          maxReplicas: 9,
          metrics,
          behavior: { scaleDown: { stabilizationWindowSeconds: down } },
        },
        status: {
          currentReplicas: 1,
          desiredReplicas: 2,
          currentMetrics,
          conditions: [{ type: 'AbleToScale', status: 'True' }],
        },
      }),
    ),
)

/** In v1 the use of the CPU has a field of its own, and comes first when it is read back. */
const cpuFirst = ({ spec, ...rest }: V2): V2 => {
  const { metrics = [] } = spec
  const isCpu = (each: (typeof metrics)[number]) =>
    each.resource?.name === 'cpu' && each.resource.target.averageUtilization !== undefined
  const cpu = metrics.find(isCpu)
  const others = metrics.filter(each => each !== cpu)
  return { ...rest, spec: { ...spec, metrics: [...(cpu ? [cpu] : []), ...others] } }
}

test('what v1 cannot say survives it', () => {
  fc.assert(
    fc.property(autoscaler, object => {
      assert.equal(to(from(object)), cpuFirst(object))
      assert.equal(from(to(from(object))), from(cpuFirst(object)))
    }),
  )
})

const v1 = (more: Partial<V1['spec']>, annotations?: Record<string, string>): V1 => ({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'h',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '',
    ...(annotations && { annotations }),
  },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, ...more },
})

test("the names of v1's annotations are those of kube-apiserver", () => {
  const annotation = 'autoscaling.alpha.kubernetes.io/metrics'
  const text = '[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"1k"}}]'
  const object = to(v1({ targetCPUUtilizationPercentage: 50 }, { [annotation]: text }))
  assert.equal(object.spec.metrics, [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    {
      type: 'Pods',
      pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '1k' } },
    },
  ])
  assert.not.ok('annotations' in object.metadata)
  assert.is(from(object).metadata.annotations?.[annotation], text)
})

test('an annotation that is no list of metrics says nothing', () => {
  for (const text of ['{', '7', '"x"', '[{"type":7}]', 'null']) {
    const { spec } = to(
      v1({ targetCPUUtilizationPercentage: 5 }, { 'autoscaling.alpha.kubernetes.io/metrics': text }),
    )
    assert.is(spec.metrics?.length, 1, text)
  }
})

test('v1 follows the CPU where nothing is said', () => {
  const draft = defaulted(HorizontalPodAutoscalerV1, {
    metadata: { name: 'h' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3 },
  })
  assert.is(draft.spec.minReplicas, 1)
  assert.is(from(to(draft)).spec.targetCPUUtilizationPercentage, 80)
})

test('v1 is checked as v2 is', () => {
  const spec = { scaleTargetRef: { kind: '', name: 'd' }, maxReplicas: 0 }
  assert.equal(
    wrongWith(HorizontalPodAutoscalerV1, { metadata: { name: 'h' }, spec }),
    wrongWith(HorizontalPodAutoscaler, { metadata: { name: 'h' }, spec }),
  )
})

test.run()
