import * as assert from 'uvu/assert'
import type { KubectlCase } from './kubectl-case.ts'

export const discovery: readonly KubectlCase[] = [
  {
    name: 'api-resources, api-versions, version, cluster-info',
    async run(kubectl, { url }) {
      const resources = await kubectl.ok('api-resources')
      assert.match(resources, /^replicationcontrollers +rc +v1 +true +ReplicationController$/m)
      const named = await kubectl.ok('api-resources', '--api-group=apps', '--namespaced=true', '-o', 'name')
      assert.ok(named.split('\n').includes('deployments.apps'))
      assert.match(await kubectl.ok('api-resources', '-o', 'wide', '--verbs=watch,patch'), /^pods +po /m)
      const versions = (await kubectl.ok('api-versions')).split('\n')
      for (const version of ['v1', 'apps/v1', 'batch/v1', 'coordination.k8s.io/v1']) {
        assert.ok(versions.includes(version), version)
      }
      // Its warning of a server that is not near its own version may come.
      assert.match((await kubectl.run('version')).stdout, /Server Version: .*v?1\.\d+/)
      assert.match(await kubectl.ok('cluster-info'), url)
    },
  },
  {
    name: 'explain, --recursive, --api-version',
    async run(kubectl) {
      assert.match(
        await kubectl.ok('explain', 'pod.spec.containers'),
        /livenessProbe\s+<.*>\s+Periodic probe/,
      )
      assert.match(await kubectl.ok('explain', 'rc', '--recursive'), /^ +minReadySeconds\s+<integer>$/m)
      const deployment = await kubectl.ok('explain', 'deployment.spec.strategy', '--api-version=apps/v1')
      assert.match(deployment, /rollingUpdate\s+</)
      assert.match(await kubectl.fails('explain', 'pod.spec.sidecars'), 'field "sidecars" does not exist')
    },
  },
  {
    name: 'get --raw',
    async run(kubectl) {
      assert.is(await kubectl.ok('get', '--raw', '/readyz'), 'ok')
      assert.is(JSON.parse(await kubectl.ok('get', '--raw', '/version')).major, '1')
      const pods = JSON.parse(await kubectl.ok('get', '--raw', '/api/v1/namespaces/default/pods?limit=1'))
      assert.is(pods.kind, 'PodList')
      assert.match(await kubectl.ok('get', '--raw', '/metrics'), /^# TYPE apiserver_request_total counter$/m)
      assert.match(await kubectl.fails('get', '--raw', '/apis/none'), 'not find the requested resource')
    },
  },
  {
    name: 'auth can-i, --list',
    async run(kubectl) {
      assert.is(await kubectl.ok('auth', 'can-i', 'create', 'pods'), 'yes\n')
      assert.is(await kubectl.ok('auth', 'can-i', 'get', 'pods', '--subresource=status'), 'yes\n')
      assert.is(await kubectl.ok('auth', 'can-i', 'get', '/metrics'), 'yes\n')
      assert.match(await kubectl.ok('auth', 'can-i', '--list'), /^\*\.\* +\[\] +\[\] +\[\*\]$/m)
    },
  },
  {
    name: 'auth whoami',
    since: '1.28',
    async run(kubectl) {
      assert.match(await kubectl.ok('auth', 'whoami'), /^Username +system:\S+$/m)
    },
  },
]
