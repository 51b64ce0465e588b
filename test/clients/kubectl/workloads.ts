import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { KubectlCase } from './kubectl-case.ts'
import { deployment, replicationController } from './objects.ts'

export const workloads: readonly KubectlCase[] = [
  {
    name: 'a replication controller: apply, scale, describe, delete',
    async run(kubectl) {
      const ready = (count: number) =>
        eventually(`${count} are ready`, async () => {
          const [, , current, now] = (await kubectl.ok('get', 'rc', 'it', '--no-headers')).split(/ +/)
          return current === String(count) && now === current
        })
      const name = 'replicationcontroller/it'
      const apply = (replicas: number) =>
        kubectl.given(replicationController('it', replicas)).ok('apply', '-f', '-')
      assert.is(await apply(1), `${name} created\n`)
      assert.is(await apply(1), `${name} unchanged\n`)
      await ready(1)
      assert.is(await apply(2), `${name} configured\n`)
      await ready(2)
      assert.is(await kubectl.ok('scale', 'rc', 'it', '--replicas=3'), `${name} scaled\n`)
      await ready(3)
      assert.match(await kubectl.ok('get', 'rc'), /^NAME +DESIRED +CURRENT +READY +AGE\nit +3 +3 +3 /)
      const told = await kubectl.ok('describe', 'rc', 'it')
      assert.match(told, /^Replicas: +3 current \/ 3 desired$/m)
      assert.match(told, /^Pods Status: +3 Running \/ 0 Waiting/m)
      await kubectl.ok('scale', 'rc', 'it', '--replicas=0')
      await ready(0)
      assert.match(await kubectl.ok('delete', 'rc', 'it'), '"it" deleted')
    },
  },
  {
    name: 'a deployment: expose, autoscale, rollout pause, resume, restart, history',
    async run(kubectl) {
      await kubectl.given(deployment('it')).ok('create', '-f', '-')
      assert.is(
        await kubectl.ok('expose', 'deploy', 'it', '--port=80', '--target-port=8080'),
        'service/it exposed\n',
      )
      const service = 'jsonpath={.spec.selector} {.spec.ports[0].targetPort}'
      assert.is(await kubectl.ok('get', 'svc', 'it', '-o', service), '{"app":"it"} 8080')
      assert.is(
        await kubectl.ok('autoscale', 'deploy', 'it', '--min=1', '--max=3'),
        'horizontalpodautoscaler.autoscaling/it autoscaled\n',
      )
      assert.match(await kubectl.ok('get', 'hpa', 'it'), /^it +Deployment\/it +.* 1 +3 /m)
      for (const [command, said] of [
        ['pause', 'paused'],
        ['resume', 'resumed'],
        ['restart', 'restarted'],
      ] as const) {
        assert.is(await kubectl.ok('rollout', command, 'deploy/it'), `deployment.apps/it ${said}\n`)
      }
      assert.match(await kubectl.ok('rollout', 'history', 'deploy/it'), /^deployment\.apps\/it/)
    },
  },
]
