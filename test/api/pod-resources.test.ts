import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podRequests } from '../../api/pod-resources.ts'
import { pod } from './pods.ts'

const defaults = { cpu: 0.25, mem: 64 }
const container = (requests?: Record<string, string>, limits?: Record<string, string>) => ({
  name: 'c',
  image: 'x',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
})

test('requests are summed without dust', () => {
  const containers = [container({ cpu: '100m', memory: '1Gi' }), container({ cpu: '0.2', memory: '512Ki' })]
  assert.equal(podRequests(pod({ spec: { containers } }), defaults), {
    cpus: 0.3,
    mem: 1024.5,
    gpus: 0,
  })
})

test('limits, and then the defaults, stand in for what is missing', () => {
  const containers = [container({ cpu: '1' }, { cpu: '2', memory: '32Mi' }), { name: 'd', image: 'x' }]
  assert.equal(podRequests(pod({ spec: { containers } }), defaults), { cpus: 1.25, mem: 96, gpus: 0 })
})

test('the largest init container counts if it is more', () => {
  const containers = [container({ cpu: '1', memory: '100Mi' })]
  const initContainers = [container({ cpu: '3', memory: '1Mi' }), container({ cpu: '2', memory: '50Mi' })]
  assert.equal(podRequests(pod({ spec: { containers, initContainers } }), defaults), {
    cpus: 3,
    mem: 100,
    gpus: 0,
  })
})

test('a request for nothing is no request for the default', () => {
  assert.equal(podRequests(pod({ spec: { containers: [container({ cpu: '0', memory: '0' })] } }), defaults), {
    cpus: 0,
    mem: 0,
    gpus: 0,
  })
})

test('GPUs are those of all containers', () => {
  const containers = [container({}, { 'nvidia.com/gpu': '1' }), container({}, { 'nvidia.com/gpu': '2' })]
  assert.is(podRequests(pod({ spec: { containers } }), defaults).gpus, 3)
})

test.run()
