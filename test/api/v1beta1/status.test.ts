import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  alreadyExists,
  badRequest,
  conflict,
  type FieldError,
  internal,
  invalid,
  notFound,
  type Status,
  type StatusError,
  statusOf,
} from '../../../api/errors.ts'
import { Endpoints, Pod, ReplicationController, Service } from '../../../api/kinds/index.ts'
import { legacyStatus } from '../../../api/v1beta1/index.ts'
import { exchanges } from './recordings.ts'

const recorded = (code: number, part: string) => {
  const found = exchanges.find(
    ({ response }) => response.status === code && JSON.stringify(response.body).includes(part),
  )
  if (!found) throw new Error(`no recorded ${code} with ${part}`)
  return found.response.body
}

const answers = (error: StatusError, code: number, part: string, link?: string) =>
  assert.is(JSON.stringify(legacyStatus(error, link)), JSON.stringify(recorded(code, part)))

test('a missing object is told as recorded', () => {
  answers(notFound(Pod, 'absent'), 404, 'pod \\"absent\\"')
  answers(notFound(Endpoints, 'absent'), 404, 'endpoints \\"absent\\"')
})

test('an existing object is told as recorded', () => {
  answers(alreadyExists(Pod, 'nginx-id-01'), 409, 'already exists', '/api/v1beta1/pods')
})

test('a conflict keeps the recorded head, and tells why', () => {
  const path = '/api/v1beta1/replicationControllers/nginxController'
  const etcd = '101: Compare failed ([16 != 17]) [17]'
  answers(conflict(ReplicationController, 'nginxController', etcd), 409, 'Compare failed', path)
})

test('a second host for a pod is the recorded error without a reason', () => {
  const binding = { ...Pod, plural: 'pods/binding' }
  const error = conflict(binding, 'nginx-id-01', 'pod nginx-id-01 is already assigned to node "10.0.0.1"')
  answers(error, 500, 'already assigned', '/api/v1beta1/bindings')
})

test('invalid fields are worded as recorded', () => {
  const label = 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters'
  const pod: FieldError[] = [
    { type: 'Invalid', field: 'spec.containers[0].name', value: 'BAD NAME', detail: label },
    { type: 'Required', field: 'spec.containers[0].image' },
    { type: 'Required', field: 'spec.containers[1].ports[0].containerPort' },
  ]
  answers(invalid(Pod, 'bad', pod), 422, 'BAD NAME')

  const controller: FieldError[] = [
    { type: 'Invalid', field: 'spec.replicas', value: -1, detail: 'must be greater than or equal to 0' },
    {
      type: 'Invalid',
      field: 'spec.template.metadata.labels',
      value: { name: 'nginx' },
      detail: '`selector` does not match template `labels`',
    },
  ]
  answers(invalid(ReplicationController, 'badrc', controller), 422, 'badrc')

  const service: FieldError[] = [
    { type: 'Invalid', field: 'spec.ports[0].port', value: 0, detail: 'must be between 1 and 65535' },
    { type: 'Required', field: 'spec.selector' },
  ]
  answers(invalid(Service, 'svc5', service), 422, 'svc5')
})

test('a single invalid field stands without brackets, under its name of 2014', () => {
  const taken: FieldError = {
    type: 'Invalid',
    field: 'spec.clusterIPs',
    value: ['10.10.10.77'],
    detail: 'failed to allocate IP 10.10.10.77: provided IP is already allocated',
  }
  answers(invalid(Service, 'svc3', [taken]), 422, 'svc3')
  const outside: FieldError = {
    type: 'Invalid',
    field: 'spec.clusterIP',
    value: '1.2.3.4',
    detail: 'IP 1.2.3.4 does not fall within subnet {10.10.10.0 ffffff00}',
  }
  answers(invalid(Service, 'svc4', [outside]), 422, 'svc4')
})

test('a bad request tells its cause alone, as recorded', () => {
  answers(badRequest('label/field selectors are not supported on endpoints'), 400, 'selectors')
})

test('an inner error has no reason, as recorded', () => {
  const message = "couldn't get version/kind: YAML error: found unexpected end of stream"
  const status: Status = { ...statusOf(internal(new Error())), message }
  assert.equal(legacyStatus(status), recorded(500, 'YAML error'))
})

test('success has no code', () => {
  const success: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }
  assert.equal(legacyStatus(success, '/api/v1beta1/bindings'), {
    kind: 'Status',
    creationTimestamp: null,
    selfLink: '/api/v1beta1/bindings',
    apiVersion: 'v1beta1',
    status: 'Success',
  })
})

test('a Status from the wire is worded as its error is', () => {
  const error = notFound(ReplicationController, 'x')
  assert.equal(legacyStatus(statusOf(error)), legacyStatus(error))
})

test.run()
