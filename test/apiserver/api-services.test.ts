import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStatus } from '../../api/errors.ts'
import { APIService } from '../../api/kinds/apiregistration/api-service.ts'
import { startServer } from './running-server.ts'

const { http, stop } = await startServer()
test.after(stop)

const priorities = { groupPriorityMinimum: 1_000, versionPriority: 15 }

const create = (name: string, spec: Partial<APIService['spec']>) =>
  http.create(APIService, { metadata: { name }, spec: { ...priorities, ...spec } })

const availableOf = ({ status }: APIService) =>
  status?.conditions?.map(({ status, reason }) => `${status} ${reason}`)

test('what this server answers is available, what others would is not', async () => {
  const core = await create('v1.', { version: 'v1' })
  assert.equal(availableOf(core), ['True Local'])
  const other = await create('v1beta1.metrics.k8s.io', {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    service: { namespace: 'kube-system', name: 'metrics-server' },
    insecureSkipTLSVerify: true,
  })
  assert.equal(availableOf(other), ['False NotAggregated'])
  assert.is(other.spec.service?.port, 443)
  const cells = APIService.columns.slice(1, 3).map(({ cell }) => cell(other))
  assert.equal(cells, ['kube-system/metrics-server', 'False (NotAggregated)'])
  assert.equal((await http.get(APIService, { namespace: '', name: 'v1.' })).metadata, core.metadata)
})

test('its name is that of what it is for', async () => {
  const wrongs = [
    [
      create('v1', { group: 'example.com', version: 'v1' }),
      /must be `spec.version\+"."\+spec.group`: "v1.example.com"/,
    ],
    [create('v2.', { version: 'v2' }), /only v1 may have an empty group/],
    [
      create('v1.a.b', { group: 'a.b', version: 'v1', versionPriority: 0 }),
      /must be positive and less than 1000/,
    ],
    [
      create('v1.a.b', { group: 'a.b', version: 'v1', caBundle: 'YWI=' }),
      /"2 bytes": local APIServices may not have/,
    ],
  ] as const
  for (const [creating, what] of wrongs) {
    const error = await creating.then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.ok(isStatus(error, 'Invalid'), String(error))
    assert.match(String(error), what)
  }
})

test.run()
