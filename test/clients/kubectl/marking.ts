import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { KubectlCase } from './kubectl-case.ts'
import { configMap, deployment, replicationController, service } from './objects.ts'

export const marking: readonly KubectlCase[] = [
  {
    name: 'label, annotate: --overwrite, removal, --list, -l, --all',
    async run(kubectl) {
      await kubectl.given(configMap('a'), configMap('b')).ok('create', '-f', '-')
      assert.is(await kubectl.ok('label', 'cm', 'a', 'tier=front'), 'configmap/a labeled\n')
      assert.match(await kubectl.fails('label', 'cm', 'a', 'tier=back'), /--overwrite is false/)
      assert.is(await kubectl.ok('label', 'cm', 'a', 'tier=back', '--overwrite'), 'configmap/a labeled\n')
      assert.is(await kubectl.ok('label', 'cm', 'a', '--list'), 'tier=back\n')
      assert.match(await kubectl.ok('label', 'cm', 'a', 'tier-'), /^configmap\/a (un)?labell?ed\n$/)
      assert.match(await kubectl.ok('annotate', 'cm', '--all', 'note=kept'), /^configmap\/b annotated?$/m)
      assert.is(await kubectl.ok('get', 'cm', 'a', '-o', 'jsonpath={.metadata.annotations.note}'), 'kept')
      assert.match(await kubectl.fails('label', 'cm', 'a', 'a=b c'), 'a valid label must be')
    },
  },
  {
    name: 'scale, --current-replicas, of several',
    async run(kubectl) {
      await kubectl.given(deployment('it'), replicationController('it', 0)).ok('create', '-f', '-')
      const zero = ['--replicas=0', '--current-replicas=0']
      const said = 'deployment.apps/it scaled\nreplicationcontroller/it scaled\n'
      assert.is(await kubectl.ok('scale', 'deploy/it', 'rc/it', ...zero), said)
      assert.match(
        await kubectl.fails('scale', 'deploy/it', '--replicas=1', '--current-replicas=7'),
        'Expected replicas to be 7, was 0',
      )
    },
  },
  {
    name: 'delete: -l, --all, --field-selector, --ignore-not-found, what is not there',
    async run(kubectl) {
      const names = ['a', 'b', 'c', 'd']
      await kubectl.given(...names.map(name => configMap(name, {}, { name }))).ok('create', '-f', '-')
      assert.match(await kubectl.ok('delete', 'cm', '-l', 'name=a'), 'configmap "a" deleted')
      assert.match(await kubectl.ok('delete', 'cm', '--field-selector=metadata.name=b'), '"b" deleted')
      assert.match(await kubectl.ok('delete', 'cm', '--all'), /"c" deleted[\s\S]*"d" deleted/)
      assert.match(await kubectl.fails('delete', 'cm', 'a'), 'configmaps "a" not found')
      assert.is(await kubectl.ok('delete', 'cm', 'a', '--ignore-not-found'), '')
    },
  },
  {
    name: 'delete --wait of what has a finalizer, --cascade=orphan, --dry-run',
    async run(kubectl) {
      await kubectl.given(held, service('web')).ok('create', '-f', '-')
      assert.match(
        await kubectl.ok('delete', 'svc', 'web', '--dry-run=server'),
        /deleted \(server dry run\)|deleted .*\(server dry run\)/,
      )
      assert.match(await kubectl.ok('delete', 'svc', 'web', '--cascade=orphan'), 'service "web" deleted')
      const deleting = kubectl.ok('delete', 'cm', 'held')
      await eventually('it is being deleted', async () => {
        const time = await kubectl.ok('get', 'cm', 'held', '-o', 'jsonpath={.metadata.deletionTimestamp}')
        return time !== ''
      })
      await kubectl.ok(...release)
      assert.match(await deleting, 'configmap "held" deleted')
      assert.match(await kubectl.fails('get', 'cm', 'held'), 'not found')
    },
  },
  {
    name: 'wait --for=delete',
    async run(kubectl) {
      await kubectl.given(held).ok('create', '-f', '-')
      assert.match(
        await kubectl.fails('wait', '--for=delete', 'cm/held', '--timeout=1s'),
        'timed out waiting for the condition',
      )
      await kubectl.ok('delete', 'cm', 'held', '--wait=false')
      const waiting = kubectl.start('wait', '--for=delete', 'cm/held', '--timeout=20s', '-v=6')
      await waiting.printed(/watch=true/)
      await kubectl.ok(...release)
      await waiting.printed(/^configmap\/held condition met$/m)
      await waiting.stop()
    },
  },
]

const plain = configMap('held')
const held = { ...plain, metadata: { ...plain.metadata, finalizers: ['example.com/hold'] } }
const release = ['patch', 'cm', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']
