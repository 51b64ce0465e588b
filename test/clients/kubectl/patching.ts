import * as assert from 'uvu/assert'
import type { KubectlCase } from './kubectl-case.ts'
import { deployment, pod, replicationController } from './objects.ts'

export const patching: readonly KubectlCase[] = [
  {
    name: 'patch --type=strategic, merge, json; -o yaml, --dry-run, of an old revision',
    async run(kubectl) {
      await kubectl.given(deployment('it')).ok('create', '-f', '-')
      const template = (containers: object[]) =>
        JSON.stringify({ spec: { template: { spec: { containers } } } })
      const patches = [
        ['strategic', template([{ name: 'main', image: 'busybox:2' }])],
        ['merge', '{"metadata":{"labels":{"m":"1"}}}'],
        ['json', '[{"op":"replace","path":"/metadata/labels/m","value":"2"}]'],
      ] as const
      for (const [type, patch] of patches) {
        const said = await kubectl.ok('patch', 'deploy', 'it', `--type=${type}`, '-p', patch)
        assert.is(said, 'deployment.apps/it patched\n')
      }
      const shown = 'jsonpath={.metadata.labels.m} {.spec.template.spec.containers[*].image}'
      assert.is(await kubectl.ok('get', 'deploy', 'it', '-o', shown), '2 busybox:2')
      const again = await kubectl.ok(
        'patch',
        'deploy',
        'it',
        '--type=merge',
        '-p',
        patches[1][1],
        '-o',
        'yaml',
      )
      assert.match(again, /^ {4}m: "1"$/m)
      assert.match(
        await kubectl.ok('patch', 'deploy', 'it', '--type=merge', '-p', patches[1][1]),
        'patched (no change)',
      )
      const stale = '{"metadata":{"resourceVersion":"1","labels":{"m":"3"}}}'
      assert.match(
        await kubectl.fails('patch', 'deploy', 'it', '--type=merge', '-p', stale),
        'the object has been modified',
      )
      const failing = '[{"op":"test","path":"/metadata/labels/m","value":"x"}]'
      assert.match(await kubectl.fails('patch', 'deploy', 'it', '--type=json', '-p', failing), /invalid|test/)
    },
  },
  {
    name: 'patch --subresource=status, scale; get --subresource',
    since: '1.24',
    async run(kubectl) {
      await kubectl
        .given(replicationController('it', 0), pod('waits', { nodeSelector: { none: 'such' } }))
        .ok('create', '-f', '-')
      const merge = ['--type=merge', '-p']
      await kubectl.ok(
        'patch',
        'pod',
        'waits',
        '--subresource=status',
        ...merge,
        '{"status":{"message":"told"}}',
      )
      const message = ['get', 'pod', 'waits', '--subresource=status', '-o', 'jsonpath={.status.message}']
      assert.is(await kubectl.ok(...message), 'told')
      await kubectl.ok(
        'patch',
        'rc',
        'it',
        '--subresource=scale',
        ...merge,
        '{"metadata":{"annotations":{}}}',
      )
      const scale = ['get', 'rc', 'it', '--subresource=scale', '-o', 'jsonpath={.kind} {.status.selector}']
      assert.is(await kubectl.ok(...scale), 'Scale app=it')
    },
  },
  {
    name: 'set image, env, resources, serviceaccount',
    async run(kubectl) {
      await kubectl.given(deployment('it')).ok('create', '-f', '-')
      const set = async (said: string, ...args: string[]) =>
        assert.is(await kubectl.ok('set', ...args), `deployment.apps/it ${said} updated\n`)
      await set('image', 'image', 'deploy/it', 'main=busybox:3')
      await set('env', 'env', 'deploy/it', 'A=1')
      await set('resource requirements', 'resources', 'deploy/it', '--limits=cpu=200m')
      await set('serviceaccount', 'serviceaccount', 'deploy/it', 'somebody')
      const shown = 'jsonpath={.image} {.env[0].value} {.resources.limits.cpu}'
      const container = shown.replaceAll('{', '{.spec.template.spec.containers[0]')
      assert.is(await kubectl.ok('get', 'deploy', 'it', '-o', container), 'busybox:3 1 200m')
    },
  },
]
