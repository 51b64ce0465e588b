import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  forbidden,
  fromAnswer,
  fromStatus,
  invalid,
  isStatus,
  methodNotAllowed,
  noResource,
  notAcceptable,
  notFound,
  type StatusError,
  statusOf,
  timeout,
  tooLarge,
  uidMismatch,
  unavailable,
  unprocessable,
  unsupportedMediaType,
} from '../../api/errors.ts'
import { duplicate, invalidValue, notSupported, required } from '../../api/field-error.ts'
import { Namespace, Pod } from '../../api/kinds/index.ts'
import { exchanges, refusal } from './recordings.ts'

const configMap = { group: '', kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap' }
const cache = { group: 'example.com', kind: 'Cache', plural: 'caches', singular: 'cache' }

const cases: [string, StatusError, string][] = [
  ['already exists', alreadyExists(Pod, 't1'), 'pods "t1" already exists'],
  ['not found', notFound(Pod, 'nope'), 'pods "nope" not found'],
  ['namespace not found', notFound(Namespace, 'absent'), 'namespaces "absent" not found'],
  ['unknown path', noResource(), 'could not find the requested resource'],
  ['method', methodNotAllowed(), 'does not allow this method'],
  ['not acceptable', notAcceptable(), '406: Not Acceptable'],
  ['media type', unsupportedMediaType(), 'unknown format'],
  ['conflict', conflict(Pod, 't1'), 'the object has been modified'],
  [
    'bound already',
    conflict({ ...Pod, plural: 'pods/binding' }, 't1', 'pod t1 is already assigned to node "node-a"'),
    'already assigned to node',
  ],
  [
    'uid precondition',
    uidMismatch(Pod, 'l0', 'wrong', '853d0398-e3d4-493c-b289-b0b39cd9e2e5'),
    'UID in the precondition',
  ],
  ['json patch test', unprocessable(), 'rejected our request due to an error'],
  ['bad request', badRequest('field label not supported: spec.foo'), 'field label not supported'],
  ['forbidden', forbidden(Namespace, 'default', 'this namespace may not be deleted'), 'may not be deleted'],
  [
    'terminating namespace',
    forbidden(
      configMap,
      'x',
      'unable to create new content in namespace gone because it is being terminated',
      [
        {
          reason: 'NamespaceTerminating',
          message: 'namespace gone is being terminated',
          field: 'metadata.namespace',
        },
      ],
    ),
    'being terminated',
  ],
  ['required', invalid(Pod, 'x', [required('spec.containers')]), '"x" is invalid'],
  [
    'several fields',
    invalid(Pod, 'g-jxmn8', [
      invalidValue(
        'spec.containers[0].ports[0].containerPort',
        99999,
        'must be between 1 and 65535, inclusive',
      ),
      duplicate('spec.containers[1].name', 'c'),
      required('spec.containers[1].image'),
    ]),
    'g-jxmn8',
  ],
  [
    'a map as value',
    invalid({ ...Pod, group: 'apps', kind: 'Deployment' }, 'd', [
      invalidValue(
        'spec.template.metadata.labels',
        { x: 'z' },
        '`selector` does not match template `labels`',
      ),
    ]),
    'does not match template',
  ],
  [
    'a list as value',
    invalid({ group: 'meta.k8s.io', kind: 'CreateOptions' }, '', [
      notSupported('dryRun', ['bogus'], ['All']),
    ]),
    'dryRun: Unsupported value',
  ],
  [
    'of a group',
    invalid(cache, 'bad', [
      invalidValue('spec.size', 0, 'spec.size in body should be greater than or equal to 1'),
    ]),
    'greater than or equal to 1',
  ],
]

for (const [name, error, part] of cases) {
  test(`as recorded: ${name}`, () => assert.equal(statusOf(error), refusal(part)))
}

test('every recorded refusal survives the way to the client and back', () => {
  const refusals = exchanges.map(each => each.response.body).filter(body => body.status === 'Failure')
  assert.ok(refusals.length > 20)
  for (const status of refusals) assert.equal(statusOf(fromStatus(status)), status)
})

test('an unknown error is an InternalError, without a stack', () => {
  const cause = new RangeError('boom')
  const status = statusOf(cause)
  assert.is(status.code, 500)
  assert.is(status.reason, 'InternalError')
  assert.is(status.message, 'Internal error occurred: boom')
  assert.not.match(JSON.stringify(status), 'errors.test')
  assert.is(statusOf('thrown text').message, 'Internal error occurred: thrown text')
})

test('reasons and codes of those that were not recorded', () => {
  const all: [StatusError, number, string][] = [
    [expired('too old'), 410, 'Expired'],
    [tooLarge('limit is 3145728'), 413, 'RequestEntityTooLarge'],
    [timeout('slow', 1), 504, 'Timeout'],
    [unavailable('down', new Error('refused')), 503, 'ServiceUnavailable'],
    [fromAnswer(502, 'Bad Gateway'), 502, 'ServiceUnavailable'],
    [fromAnswer(418, 'teapot'), 418, 'BadRequest'],
    [fromAnswer(599, ''), 599, 'InternalError'],
  ]
  for (const [error, code, reason] of all) {
    assert.is(error.code, code)
    assert.is(error.reason, reason)
  }
})

test('isStatus asks for the reason', () => {
  assert.ok(isStatus(notFound(Pod, 'x'), 'Conflict', 'NotFound'))
  assert.not(isStatus(notFound(Pod, 'x'), 'Conflict'))
  assert.not(isStatus(new Error('NotFound'), 'NotFound'))
})

test('the fields and the kind stay apart from the wording, for other API versions', () => {
  const error = invalid(Pod, 'x', [required('spec.containers')])
  assert.equal(error.fields, [{ type: 'Required', field: 'spec.containers' }])
  assert.is(error.kind?.singular, 'pod')
})

test.run()
