import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FlowSchema } from '../../../api/kinds/flowcontrol/flow-schema.ts'
import { PriorityLevelConfiguration } from '../../../api/kinds/flowcontrol/priority-level-configuration.ts'
import { wrongWith } from './admit.ts'

const metadata = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2014-10-17T02:46:00Z' }

const subject = { kind: 'User', user: { name: 'u' } }
const resource = { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] }

const wrongSchema = (spec: object) =>
  wrongWith(FlowSchema, {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata,
    spec: { matchingPrecedence: 1_000, priorityLevelConfiguration: { name: 'p' }, ...spec },
  })

const wrongRule = (rule: object) => wrongSchema({ rules: [{ subjects: [subject], ...rule }] })

test('a flow schema says which requests of whom', () => {
  assert.equal(
    wrongRule({ resourceRules: [resource], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }),
    [],
  )
  for (const [wrong, what] of [
    [wrongSchema({ matchingPrecedence: 1 }), /only the schema named 'exempt' may have matchingPrecedence 1/],
    [wrongSchema({ matchingPrecedence: 10_001 }), /must not be greater than 10000/],
    [wrongSchema({ priorityLevelConfiguration: { name: '' } }), /must reference a priority level/],
    [wrongSchema({ distinguisherMethod: { type: 'ByName' } }), /supported values: "ByNamespace", "ByUser"/],
    [wrongRule({}), /at least one of resourceRules and nonResourceRules/],
    [wrongRule({ resourceRules: [{ ...resource, verbs: ['*', 'get'] }] }), /must not specify other verbs/],
    [wrongRule({ resourceRules: [{ ...resource, verbs: ['read'] }] }), /Unsupported value/],
    [wrongRule({ resourceRules: [{ ...resource, namespaces: [] }] }), /not cluster scoped must supply/],
    [wrongRule({ resourceRules: [resource], subjects: [] }), /subjects must contain at least one value/],
    [
      wrongRule({ resourceRules: [resource], subjects: [{ kind: 'User' }] }),
      /user is required when subject kind/,
    ],
    [
      wrongRule({ resourceRules: [resource], subjects: [{ ...subject, group: { name: 'g' } }] }),
      /group is forbidden when subject kind is not 'Group'/,
    ],
  ] as const) {
    assert.is(wrong.length, 1, wrong.join())
    assert.match(wrong.join(), what)
  }
})

const wrongLevel = (spec: object, name = 'x') =>
  wrongWith(PriorityLevelConfiguration, {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { ...metadata, name },
    spec: { type: 'Limited', ...spec },
  })

const queuing = { queues: 8, handSize: 2, queueLengthLimit: 5 }

test('a priority level says how many requests are answered, and how many wait', () => {
  assert.equal(wrongLevel({ limited: { limitResponse: { type: 'Queue', queuing } } }), [])
  assert.equal(wrongLevel({ type: 'Exempt' }, 'exempt'), [])
  for (const [wrong, what] of [
    [wrongLevel({}), /must not be empty when type is Limited/],
    [
      wrongLevel({ limited: { limitResponse: { type: 'Reject' } }, exempt: {} }),
      /must be nil if the type is Limited/,
    ],
    [wrongLevel({ type: 'Exempt' }), /must be 'Exempt' if and only if/],
    [wrongLevel({ limited: { limitResponse: { type: 'Reject', queuing } } }), /must be nil if/],
    [wrongLevel({ limited: { limitResponse: { type: 'Queue' } } }), /must not be empty if/],
    [
      wrongLevel({ limited: { limitResponse: { type: 'Queue', queuing: { ...queuing, handSize: 9 } } } }),
      /should not be greater than queues \(8\)/,
    ],
    [
      wrongLevel({ limited: { lendablePercent: 101, limitResponse: { type: 'Reject' } } }),
      /must be between 0 and 100, inclusive/,
    ],
  ] as const) {
    assert.is(wrong.length, 1, wrong.join())
    assert.match(wrong.join(), what)
  }
})

test.run()
