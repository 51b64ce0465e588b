import * as assert from 'uvu/assert'
import { eventually } from '../../support/eventually.ts'
import type { KubectlCase } from './kubectl-case.ts'
import { pod } from './objects.ts'

const sleep = ['--image=busybox:1', '--labels=app=web', '--command', '--', 'sleep', '1000']

export const pods: readonly KubectlCase[] = [
  {
    name: 'a pod: run, wait, get -o wide, describe with events, delete',
    async run(kubectl) {
      assert.is(await kubectl.ok('run', 'web', ...sleep), 'pod/web created\n')
      const ready = await kubectl.ok('wait', '--for=condition=Ready', 'pod/web', '--timeout=30s')
      assert.is(ready, 'pod/web condition met\n')
      assert.match(
        await kubectl.ok('get', 'pods', '-o', 'wide'),
        /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE .*\nweb +1\/1 +Running +0 +\S+ +127\.\S+ +agent\d\.local /,
      )
      const running = ['get', 'pods', '--field-selector=status.phase=Running', '-o', 'name']
      assert.is(await kubectl.ok(...running), 'pod/web\n')
      const description = await eventually('the events are told', async () => {
        const text = await kubectl.ok('describe', 'pod', 'web')
        return /Scheduled/.test(text) && text
      })
      assert.match(description, /^Status: +Running$/m)
      assert.match(description, /Normal +Scheduled .* assigned to agent/)
      assert.match(await kubectl.ok('get', 'events'), /Scheduled +pod\/web +assigned to agent/)
      assert.match(await kubectl.ok('delete', 'pod', 'web', '--grace-period=1'), 'pod "web" deleted')
      assert.match(await kubectl.fails('get', 'pod', 'web'), 'not found', 'it has waited for the end')
    },
  },
  {
    name: 'events --for',
    since: '1.27',
    async run(kubectl) {
      await kubectl.given(pod('web', { nodeSelector: { none: 'such' } })).ok('create', '-f', '-')
      await eventually('the event is told', async () =>
        /Warning +FailedScheduling +Pod\/web/.test(await kubectl.ok('events', '--for=pod/web')),
      )
    },
  },
  {
    name: 'wait --for=jsonpath',
    since: '1.23',
    async run(kubectl) {
      await kubectl.given(pod('web')).ok('create', '-f', '-')
      const wait = ['wait', '--for=jsonpath={.status.phase}=Running', 'pod/web', '--timeout=30s']
      assert.is(await kubectl.ok(...wait), 'pod/web condition met\n')
      assert.match(await kubectl.ok('delete', 'pod', 'web', '--now'), 'pod "web" deleted')
    },
  },
]
