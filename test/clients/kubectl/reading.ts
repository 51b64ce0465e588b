import * as assert from 'uvu/assert'
import type { KubectlCase } from './kubectl-case.ts'
import { configMap, deployment, pod, replicationController, service } from './objects.ts'

const lines = (text: string): string[] => text.split('\n').filter(Boolean)

export const reading: readonly KubectlCase[] = [
  {
    name: 'get -o wide, name, yaml, json, jsonpath, go-template, custom-columns',
    async run(kubectl) {
      await kubectl.given(deployment('web'), service('web')).ok('create', '-f', '-')
      assert.match(await kubectl.ok('get', 'deploy'), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/0 /)
      assert.match(
        await kubectl.ok('get', 'deploy', '-o', 'wide'),
        /IMAGES +SELECTOR\nweb .* busybox:1 +app=web/,
      )
      assert.is(await kubectl.ok('get', 'svc,deploy', '-o', 'name'), 'service/web\ndeployment.apps/web\n')
      assert.match(await kubectl.ok('get', 'deploy', 'web', '-o', 'yaml'), /^kind: Deployment$/m)
      assert.is((await kubectl.json<{ kind: string }>('get', 'svc')).kind, 'List')
      const image = '.spec.template.spec.containers[0].image'
      assert.is(await kubectl.ok('get', 'deploy', 'web', '-o', `jsonpath={${image}}`), 'busybox:1')
      const template = '{{range .items}}{{.metadata.name}};{{end}}'
      assert.is(await kubectl.ok('get', 'svc,deploy', '-o', `go-template=${template}`), 'web;web;')
      assert.match(
        await kubectl.ok('get', 'deploy', '-o', `custom-columns=N:.metadata.name,I:${image}`),
        /^N +I\nweb +busybox:1\n$/,
      )
    },
  },
  {
    name: 'get -l, -L, --field-selector, --show-labels, --sort-by, --no-headers, -A',
    async run(kubectl) {
      const maps = [configMap('a', {}, { tier: 'z' }), configMap('b', {}, { tier: 'y' }), configMap('c')]
      await kubectl.given(...maps).ok('create', '-f', '-')
      const names = async (...args: string[]) =>
        lines(await kubectl.ok('get', 'cm', '-o', 'name', ...args)).map(name =>
          name.replace('configmap/', ''),
        )
      assert.equal(await names('-l', 'tier in (y, z)'), ['a', 'b'])
      assert.equal(await names('-l', '!tier', '--field-selector=metadata.name!=kube-root-ca.crt'), ['c'])
      assert.equal(await names('--field-selector=metadata.name=b'), ['b'])
      const sorted = await kubectl.ok(
        'get',
        'cm',
        '-l',
        'tier',
        '--sort-by=.metadata.labels.tier',
        '--no-headers',
      )
      assert.equal(
        lines(sorted).map(line => line.split(' ')[0]),
        ['b', 'a'],
      )
      assert.match(await kubectl.ok('get', 'cm', 'a', '-L', 'tier'), /TIER\na .* z\n$/)
      assert.match(await kubectl.ok('get', 'cm', 'a', '--show-labels'), /LABELS\na .* tier=z\n$/)
      assert.match(await kubectl.ok('get', 'cm', '-A', '-l', 'tier=z'), /^NAMESPACE +NAME .*\ncase-\d+ +a /)
    },
  },
  {
    name: 'get --chunk-size',
    async run(kubectl) {
      const maps = Array.from({ length: 12 }, (_, at) => configMap(`map-${at}`, {}, { chunked: 'yes' }))
      await kubectl.given(...maps).ok('create', '-f', '-')
      const get = ['get', 'cm', '-l', 'chunked=yes', '--chunk-size=5', '-o', 'name']
      assert.is(lines(await kubectl.ok(...get)).length, 12)
      const { stderr } = await kubectl.run(...get, '-v=6')
      assert.is(stderr.match(/continue=/g)?.length, 2, 'in three pieces')
    },
  },
  {
    name: 'get -w, --output-watch-events',
    async run(kubectl) {
      await kubectl.given(configMap('old')).ok('create', '-f', '-')
      const watch = kubectl.start('get', 'cm', '-w', '-L', 'tier')
      await watch.printed(/^old /m)
      const events = kubectl.start('get', 'cm', '-w', '--output-watch-events')
      await events.printed(/^ADDED +old /m)
      await kubectl.given(configMap('new', {}, { tier: 'front' })).ok('create', '-f', '-')
      await watch.printed(/^new .* front$/m)
      await kubectl.ok('delete', 'cm', 'new')
      assert.match(await events.printed(/^DELETED +new /m), /^ADDED +new /m)
      const shown = await watch.printed(/^old /m)
      assert.is(shown.match(/^NAME /gm)?.length, 1, 'the head is printed once')
      await Promise.all([watch.stop(), events.stop()])
    },
  },
  {
    name: 'get of nothing, of what is not there, of all',
    async run(kubectl) {
      assert.is(
        (await kubectl.run('get', 'rc')).stderr.trim(),
        `No resources found in ${kubectl.namespace} namespace.`,
      )
      assert.match(await kubectl.fails('get', 'rc', 'none'), 'replicationcontrollers "none" not found')
      assert.is(await kubectl.ok('get', 'rc', 'none', '--ignore-not-found'), '')
      assert.match(
        await kubectl.fails('get', 'unicorns'),
        `the server doesn't have a resource type "unicorns"`,
      )
      await kubectl
        .given(deployment('web'), service('web'), replicationController('rc', 0))
        .ok('create', '-f', '-')
      const all = await kubectl.ok('get', 'all')
      for (const name of ['deployment.apps/web', 'service/web', 'replicationcontroller/rc']) {
        assert.match(all, new RegExp(`^${name} `, 'm'))
      }
    },
  },
  {
    name: 'describe, of many kinds',
    async run(kubectl) {
      const data = { a: '1' }
      await kubectl
        .given(deployment('it'), service('it'), replicationController('it', 0), configMap('it', data))
        .ok('create', '-f', '-')
      assert.match(await kubectl.ok('describe', 'deploy', 'it'), /^StrategyType: +RollingUpdate$/m)
      assert.match(await kubectl.ok('describe', 'svc', 'it'), /^Selector: +app=it$/m)
      assert.match(await kubectl.ok('describe', 'rc', 'it'), /^Replicas: +0 current \/ 0 desired$/m)
      assert.match(await kubectl.ok('describe', 'cm', 'it'), /^a:\n----\n1$/m)
      assert.match(await kubectl.ok('describe', 'ns', kubectl.namespace), /^Status: +Active$/m)
      assert.match(await kubectl.fails('describe', 'deploy', 'none'), 'deployments.apps "none" not found')
      await kubectl.given(pod('waits', { nodeSelector: { none: 'such' } })).ok('create', '-f', '-')
      assert.match(await kubectl.ok('describe', 'pod', 'waits'), /^Node-Selectors: +none=such$/m)
    },
  },
]
