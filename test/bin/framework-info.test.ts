import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { frameworkInfo } from '../../bin/framework-info.ts'
import { mesosFlags, mesosOf } from '../../bin/mesos-flags.ts'
import { parseFlags } from '../../util/flags.ts'

const program = { name: 'kubernetes-mesos', summary: '', flags: mesosFlags }

const infoFor = (...args: string[]) =>
  frameworkInfo(mesosOf(parseFlags(program, args).flags), 'http://api:8888')

const capabilitiesIn = ({ capabilities = [] }: ReturnType<typeof infoFor>) =>
  capabilities.map(({ type }) => type)

test('a framework has checkpoints, its capabilities, and the API as its page', () => {
  const info = infoFor('-mesos_user=root', '-failover_timeout=60')
  const { user, name, roles, failover_timeout, checkpoint, webui_url } = info
  assert.equal(
    { user, name, roles, failover_timeout, checkpoint, webui_url },
    {
      user: 'root',
      name: 'Kubernetes',
      roles: ['*'],
      failover_timeout: 60,
      checkpoint: true,
      webui_url: 'http://api:8888',
    },
  )
  assert.equal(capabilitiesIn(info), [
    'MULTI_ROLE',
    'PARTITION_AWARE',
    'TASK_KILLING_STATE',
    'RESERVATION_REFINEMENT',
    'REGION_AWARE',
  ])
})

test('operators say what it is called, where its page is, its roles, and whether it takes GPUs', () => {
  const info = infoFor(
    '-framework_name=k8s',
    '-framework_weburi=https://k8s/',
    '-mesos_role=a, b',
    '-mesos_gpus',
  )
  assert.equal([info.name, info.webui_url, info.roles], ['k8s', 'https://k8s/', ['a', 'b']])
  assert.ok(capabilitiesIn(info).includes('GPU_RESOURCES'))
})

test.run()
