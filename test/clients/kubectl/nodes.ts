import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { KubectlCase } from './kubectl-case.ts'
import { replicationController } from './objects.ts'

export const nodes: readonly KubectlCase[] = [
  {
    name: 'nodes: get -o wide, describe, label, taint, cordon, uncordon',
    async run(kubectl) {
      assert.match(
        await kubectl.ok('get', 'nodes', '-o', 'wide'),
        /^agent1\.local +Ready +<none> .* 127\.0\.0\.1 /m,
      )
      const told = await kubectl.ok('describe', 'node', 'agent1.local')
      assert.match(told, /^ +Ready +True +\w/m)
      assert.match(told, /^Capacity:\n +cpu: +\d+\n/m)
      assert.match(told, /^Allocatable:\n +cpu: +\d+m?\n/m)
      assert.match(told, /^ +Architecture: +\w+$/m)
      const label = ['label', 'node', 'agent1.local', 'rack=one']
      assert.is(await kubectl.ok(...label), 'node/agent1.local labeled\n')
      const taint = ['taint', 'nodes', 'agent1.local']
      assert.is(await kubectl.ok(...taint, 'only=us:NoSchedule'), 'node/agent1.local tainted\n')
      assert.match(await kubectl.ok('describe', 'node', 'agent1.local'), /^Taints: +only=us:NoSchedule$/m)
      assert.is(await kubectl.ok(...taint, 'only-'), 'node/agent1.local untainted\n')
      assert.is(await kubectl.ok('cordon', 'agent1.local'), 'node/agent1.local cordoned\n')
      assert.match(await kubectl.ok('get', 'nodes'), /^agent1\.local +Ready,SchedulingDisabled /m)
      assert.is(await kubectl.ok('uncordon', 'agent1.local'), 'node/agent1.local uncordoned\n')
    },
  },
  {
    name: 'drain',
    async run(kubectl) {
      await kubectl.given(replicationController('it', 2)).ok('create', '-f', '-')
      const [placed] = await eventually('both run', async () => {
        const nodes = [
          'get',
          'pods',
          '--field-selector=status.phase=Running',
          '-o',
          'jsonpath={.items[*].spec.nodeName}',
        ]
        const found = (await kubectl.ok(...nodes)).split(' ')
        return found.length === 2 && found
      })
      const drained = await kubectl.run('drain', placed!, '--force', '--ignore-daemonsets', '--timeout=60s')
      assert.is(drained.code, 0, drained.stderr)
      assert.match(drained.stdout, /^pod\/it-\w+ (evicted|deleted)$/m)
      assert.match(drained.stdout, new RegExp(`^node/${placed} (drained|evicted|deleted)$`, 'm'))
      await kubectl.ok('uncordon', placed!)
      await kubectl.ok('delete', 'rc', 'it')
    },
  },
]
