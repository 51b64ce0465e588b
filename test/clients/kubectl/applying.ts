import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KubectlCase } from './kubectl-case.ts'
import { configMap, deployment, pod, service } from './objects.ts'

const withImage = (name: string, image: string) => {
  const { spec, ...rest } = pod(name)
  return { ...rest, spec: { ...spec, containers: [{ ...spec.containers[0], image }] } }
}

const image = 'jsonpath={.spec.containers[0].image}'

export const applying: readonly KubectlCase[] = [
  {
    name: 'create, --dry-run=server, --save-config, of what is there already',
    async run(kubectl) {
      const web = kubectl.given(service('web'))
      assert.is(await web.ok('create', '-f', '-', '--dry-run=server', '-o', 'name'), 'service/web\n')
      assert.match(await kubectl.fails('get', 'svc', 'web'), 'services "web" not found')
      assert.is(await web.ok('create', '-f', '-', '--save-config'), 'service/web created\n')
      assert.match(await web.fails('create', '-f', '-'), 'services "web" already exists')
      assert.is(await web.ok('apply', '-f', '-'), 'service/web unchanged\n')
    },
  },
  {
    name: 'apply: created, unchanged, configured, --dry-run, view-last-applied',
    async run(kubectl) {
      const apply = (data: Record<string, string>, ...flags: string[]) =>
        kubectl.given(configMap('it', data)).ok('apply', '-f', '-', ...flags)
      assert.is(await apply({ a: '1', b: '1' }), 'configmap/it created\n')
      assert.is(await apply({ a: '1', b: '1' }), 'configmap/it unchanged\n')
      assert.is(await apply({ a: '2' }, '--dry-run=server'), 'configmap/it configured (server dry run)\n')
      await kubectl.ok('patch', 'cm', 'it', '--type=merge', '-p', '{"data":{"other":"1"}}')
      assert.is(await apply({ a: '2' }), 'configmap/it configured\n')
      assert.is(await kubectl.ok('get', 'cm', 'it', '-o', 'jsonpath={.data}'), '{"a":"2","other":"1"}')
      assert.match(await kubectl.ok('apply', 'view-last-applied', 'cm', 'it'), /^data:\n {2}a: "2"$/m)
    },
  },
  {
    name: 'apply --server-side: conflict, --force-conflicts, after apply without it',
    async run(kubectl) {
      const apply = ['apply', '--server-side', '-f', '-']
      assert.is(await kubectl.given(withImage('it', 'busybox:1')).ok('apply', '-f', '-'), 'pod/it created\n')
      const second = kubectl.given(withImage('it', 'busybox:2'))
      assert.is(await second.ok(...apply), 'pod/it serverside-applied\n')
      assert.is(await kubectl.ok('get', 'pod', 'it', '-o', image), 'busybox:2')
      const third = kubectl.given(withImage('it', 'busybox:3'))
      const complaint = await third.fails(...apply, '--field-manager=other')
      assert.match(complaint, /conflict with "kubectl": \.spec\.containers\[name="main"\]\.image/)
      assert.match(complaint, 'Please review the fields above--they currently have other managers')
      const forced = await third.ok(...apply, '--field-manager=other', '--force-conflicts')
      assert.is(forced, 'pod/it serverside-applied\n')
      assert.is(await kubectl.ok('get', 'pod', 'it', '-o', image), 'busybox:3')
    },
  },
  {
    name: 'apply -k',
    async run(kubectl, { dir }) {
      const folder = join(dir, kubectl.namespace)
      mkdirSync(folder)
      writeFileSync(join(folder, 'service.json'), JSON.stringify(service('web')))
      const kustomization = {
        resources: ['service.json'],
        namePrefix: 'my-',
        configMapGenerator: [{ name: 'settings', literals: ['a=1'] }],
      }
      writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization))
      assert.match(
        await kubectl.ok('apply', '-k', folder),
        /^configmap\/my-settings-\w+ created\nservice\/my-web created\n$/,
      )
      assert.match(await kubectl.ok('delete', '-k', folder), 'service "my-web" deleted')
    },
  },
  {
    name: 'apply --prune',
    since: '1.21',
    async run(kubectl) {
      const a = configMap('a', { x: '1' }, { set: 'one' })
      const b = configMap('b', { x: '1' }, { set: 'one' })
      await kubectl.given(a, b).ok('apply', '-f', '-')
      const pruned = await kubectl.given(a).run('apply', '-f', '-', '--prune', '-l', 'set=one')
      assert.is(pruned.code, 0, pruned.stderr)
      assert.is(pruned.stdout, 'configmap/a unchanged\nconfigmap/b pruned\n')
      assert.is(await kubectl.ok('get', 'cm', '-l', 'set', '-o', 'name'), 'configmap/a\n')
    },
  },
  {
    name: 'diff, --server-side',
    async run(kubectl) {
      await kubectl.given(withImage('it', 'busybox:1')).ok('apply', '-f', '-')
      const same = await kubectl.given(withImage('it', 'busybox:1')).run('diff', '-f', '-')
      assert.equal(same, { code: 0, stdout: '', stderr: '' })
      for (const flags of [[], ['--server-side', '--force-conflicts']]) {
        const { code, stdout } = await kubectl
          .given(withImage('it', 'busybox:2'))
          .run('diff', '-f', '-', ...flags)
        assert.is(code, 1)
        const changed = stdout
          .match(/^[-+] .*image: busybox:.*$/gm)
          ?.map(line => line.replace(/(?<=^.)[ -]*image:/, ''))
        assert.equal(changed, ['- busybox:1', '+ busybox:2'])
      }
    },
  },
  {
    name: 'replace, --force, with a resourceVersion that is too old',
    async run(kubectl) {
      await kubectl.given(configMap('it', { a: '1' })).ok('create', '-f', '-')
      const old = await kubectl.json<object>('get', 'cm', 'it')
      assert.is(
        await kubectl.given(configMap('it', { a: '2' })).ok('replace', '-f', '-'),
        'configmap/it replaced\n',
      )
      assert.match(await kubectl.given(old).fails('replace', '-f', '-'), 'the object has been modified')
      const uid = ['get', 'cm', 'it', '-o', 'jsonpath={.metadata.uid}']
      const before = await kubectl.ok(...uid)
      const forced = await kubectl.given(configMap('it')).run('replace', '--force', '-f', '-')
      assert.match(forced.stdout, /configmap "it" deleted.*\nconfigmap\/it replaced\n$/)
      assert.is.not(await kubectl.ok(...uid), before)
    },
  },
  {
    name: 'edit, and an edit that is refused',
    async run(kubectl) {
      await kubectl.given(configMap('it', { a: 'before' }), deployment('it')).ok('create', '-f', '-')
      const editing = (script: string) => kubectl.with({ env: { KUBE_EDITOR: `sed -i '${script}'` } })
      assert.is(await editing('s/before/after/').ok('edit', 'cm', 'it'), 'configmap/it edited\n')
      assert.is(await kubectl.ok('get', 'cm', 'it', '-o', 'jsonpath={.data.a}'), 'after')
      const unchanged = await editing('s/none/such/').run('edit', 'cm', 'it')
      assert.is(unchanged.stdout + unchanged.stderr, 'Edit cancelled, no changes made.\n')
      const refused = await editing('s/replicas: 0/replicas: -1/').run('edit', 'deploy', 'it')
      assert.match(refused.stdout + refused.stderr, '"it" is invalid')
    },
  },
  {
    name: 'a wrong manifest is refused, with the name of the field',
    async run(kubectl) {
      const typo = kubectl.given(pod('typo', { restartPolizy: 'Never' }))
      assert.match(await typo.fails('apply', '-f', '-'), /unknown field "(spec\.)?restartPolizy"/)
      const wrong = kubectl.given(pod('wrong', { restartPolicy: 'Sometimes' }))
      assert.match(await wrong.fails('create', '-f', '-'), /spec\.restartPolicy: Unsupported value/)
    },
  },
  {
    name: 'create --validate=warn',
    since: '1.25',
    async run(kubectl) {
      const typo = kubectl.given(pod('typo', { restartPolizy: 'Never' }))
      const { code, stderr } = await typo.run('create', '-f', '-', '--validate=warn')
      assert.is(code, 0)
      assert.is(stderr, 'Warning: unknown field "spec.restartPolizy"\n')
    },
  },
]
