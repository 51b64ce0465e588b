import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resource } from '../../api/resource.ts'
import { legacyKinds } from '../../api/v1beta1/index.ts'
import { freePort } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'

type Json = { kind: string; id: string; apiVersion: string }

const manifests = readdirSync('examples')
  .filter(file => /^(pod|controller|service)-.*\.json$/.test(file))
  .map(file => [file, JSON.parse(readFileSync(join('examples', file), 'utf8')) as Json] as const)

const exchanges = JSON.parse(readFileSync('test/fixtures/kubernetes/v1beta1/exchanges.json', 'utf8')) as {
  request: { method: string; body: Json | null }
}[]

test('every manifest is valid, once defaulted', () => {
  assert.ok(manifests.length >= 5)
  for (const [file, manifest] of manifests) {
    const legacy = legacyKinds.find(({ legacyKind }) => legacyKind === manifest.kind)
    const draft = legacy?.fromLegacy(manifest) as Resource
    draft.metadata = {
      ...draft.metadata,
      namespace: 'default',
      uid: 'u',
      creationTimestamp: '2014-10-17T02:46:00Z',
    }
    // The README's name has a capital, which the API of 2014 takes and v1 does not.
    draft.metadata.name = draft.metadata.name.toLowerCase()
    legacy?.kind.strategy.default?.(draft)
    assert.equal(legacy?.kind.strategy.validate?.(draft) ?? [], [], file)
  }
})

test('the manifests of the original README are those that were recorded', () => {
  for (const [file, manifest] of manifests.filter(([file]) => file.includes('nginx'))) {
    const sent = exchanges.find(
      ({ request }) => request.method === 'POST' && request.body?.id === manifest.id,
    )
    assert.equal(manifest, sent?.request.body, file)
  }
})

/** The command of the only container of a pod or of a template. */
const commandOf = (file: string): string[] => {
  const manifest = manifests.find(([name]) => name === file)?.[1]
  return (
    /"command":(\[.*?[^\\]"\])/
      .exec(JSON.stringify(manifest))
      ?.slice(1, 2)
      .flatMap(text => JSON.parse(text)) ?? []
  )
}

for (const file of ['pod-hello.json', 'controller-hello.json']) {
  test(`the command of ${file} answers hello on its port, with nothing but a shell and the executor's node`, async () => {
    const [program = '', ...args] = commandOf(file)
    const port = await freePort()
    const env = { KUBERNETES_MESOS_NODE: process.execPath, PORT0: String(port), HOSTNAME: 'hello-1' }
    const child = spawn(program, args, { env, stdio: 'inherit' })
    try {
      const answer = await eventually('it listens', async () =>
        (await fetch(`http://127.0.0.1:${port}/`)).text(),
      )
      assert.is(answer, 'hello from hello-1\n')
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  })
}

test.run()
