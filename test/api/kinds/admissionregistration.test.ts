import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MutatingAdmissionPolicy } from '../../../api/kinds/admissionregistration/mutating-admission-policy.ts'
import { MutatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/mutating-webhook-configuration.ts'
import { ValidatingAdmissionPolicy } from '../../../api/kinds/admissionregistration/validating-admission-policy.ts'
import { ValidatingAdmissionPolicyBinding } from '../../../api/kinds/admissionregistration/validating-admission-policy-binding.ts'
import { ValidatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/validating-webhook-configuration.ts'
import { defaulted, wrongWith } from './admit.ts'
import { minimalOf } from './minimal.ts'

const metadata = { name: 'x' }
type Webhook = NonNullable<ValidatingWebhookConfiguration['webhooks']>[number]
const [webhook] = (minimalOf(ValidatingWebhookConfiguration) as { webhooks: Webhook[] }).webhooks as [Webhook]

const wrongWebhooks = (...more: object[]) =>
  wrongWith(ValidatingWebhookConfiguration, {
    metadata,
    webhooks: more.map(each => ({ ...webhook, ...each }) as Webhook),
  })

test('the defaults of a webhook', () => {
  const { webhooks } = defaulted(MutatingWebhookConfiguration, { metadata, webhooks: [webhook] })
  assert.equal(webhooks, [
    {
      ...webhook,
      clientConfig: { service: { namespace: 'n', name: 's', port: 443 } },
      rules: [{ ...webhook.rules?.[0], scope: '*' }],
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      reinvocationPolicy: 'Never',
    },
  ])
})

test('webhooks that cannot be', () => {
  assert.equal(wrongWebhooks({}), [])
  assert.equal(wrongWebhooks({}, { name: 'a.b', sideEffects: 'Some', timeoutSeconds: 99 }), [
    'webhooks[1].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
    'webhooks[1].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    'webhooks[1].timeoutSeconds: Invalid value: 99: the timeout value must be between 1 and 30 seconds',
  ])
  assert.equal(wrongWebhooks({}, {}), ['webhooks[1].name: Duplicate value: "a.example.com"'])
  assert.equal(wrongWebhooks({ clientConfig: { url: 'http://u:p@x/?a=b#f' } }), [
    `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    'webhooks[0].clientConfig.url: Invalid value: "u:p": user information is not permitted in the URL',
    'webhooks[0].clientConfig.url: Invalid value: "f": fragments are not permitted in the URL',
    'webhooks[0].clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
  ])
  assert.equal(wrongWebhooks({ clientConfig: {}, admissionReviewVersions: ['v7', 'v7'] }), [
    'webhooks[0].clientConfig: Required value: exactly one of url or service is required',
    'webhooks[0].admissionReviewVersions[1]: Invalid value: "v7": duplicate version',
    'webhooks[0].admissionReviewVersions: Invalid value: []string{"v7", "v7"}: must include at least one of v1, v1beta1',
  ])
})

test('rules that say something twice, or nothing', () => {
  const rule = {
    apiGroups: ['*', 'a'],
    apiVersions: [''],
    operations: ['GET'],
    resources: ['pods/*', 'pods/x'],
  }
  assert.equal(wrongWebhooks({ rules: [rule] }), [
    'webhooks[0].rules[0].operations[0]: Unsupported value: "GET": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
    `webhooks[0].rules[0].apiGroups: Invalid value: []string{"*", "a"}: if '*' is present, must not specify other API groups`,
    'webhooks[0].rules[0].apiVersions[0]: Required value',
    `webhooks[0].rules[0].resources[1]: Invalid value: "pods/x": if 'pods/*' is present, must not specify pods/x`,
  ])
})

test('policies that cannot be', () => {
  assert.equal(wrongWith(ValidatingAdmissionPolicy, { metadata, spec: {} }), [
    'spec.matchConstraints: Required value',
    'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
    'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
  ])
  const { spec } = minimalOf(MutatingAdmissionPolicy) as MutatingAdmissionPolicy
  const mutations = [{}, { patchType: 'JSONPatch', applyConfiguration: {} }]
  assert.equal(
    wrongWith(MutatingAdmissionPolicy, { metadata, spec: { ...structuredClone(spec), mutations } }),
    [
      'spec.mutations[0].patchType: Required value',
      'spec.mutations[1].jsonPatch: Required value: must be specified when patchType is JSONPatch',
      'spec.mutations[1].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
    ],
  )
})

test('a binding names a policy and what becomes of its findings', () => {
  const spec = { paramRef: {}, validationActions: ['Deny', 'Deny', 'X'] }
  assert.equal(wrongWith(ValidatingAdmissionPolicyBinding, { metadata, spec }), [
    'spec.policyName: Required value',
    'spec.paramRef: Required value: one of name or selector must be specified',
    'spec.paramRef.parameterNotFoundAction: Required value',
    'spec.validationActions[1]: Duplicate value: "Deny"',
    'spec.validationActions[2]: Unsupported value: "X": supported values: "Audit", "Deny", "Warn"',
  ])
})

test.run()
