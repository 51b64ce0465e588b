import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import type { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import type { Client } from './client.ts'

const bundle = 'dist/kubecfg.mjs'

const run = async ({ url, dir }: Cluster, ...args: string[]): Promise<string> => {
  const env = { ...process.env, KUBERNETES_MASTER: url, HOME: dir }
  const { stdout } = await promisify(execFile)(process.execPath, [bundle, ...args], { env })
  return stdout
}

/** Ours, with the arguments of 2014; more of it is tested with recordings, see test/kubecfg. */
export const kubecfg: Client = {
  name: 'kubecfg of 2014, ours',
  cases: [
    {
      name: 'pods: create, list, get, delete',
      async run(cluster) {
        const file = 'examples/pod-hello.json'
        const { id } = JSON.parse(readFileSync(file, 'utf8')) as { id: string }
        assert.match(await run(cluster, '-c', file, 'create', 'pods'), id)
        await eventually('it runs', async () =>
          new RegExp(`^${id} .*Running`, 'm').test(await run(cluster, 'list', 'pods')),
        )
        const got = JSON.parse(await run(cluster, '-json', 'get', `pods/${id}`)) as { kind: string }
        assert.is(got.kind, 'Pod')
        assert.match(await run(cluster, 'delete', `pods/${id}`), 'Success')
      },
    },
    {
      name: 'replication controllers: create, list, resize, stop, rm',
      async run(cluster) {
        const file = 'examples/controller-hello.json'
        const { id } = JSON.parse(readFileSync(file, 'utf8')) as { id: string }
        const replicas = async (count: number) =>
          eventually(`it has ${count} replicas`, async () =>
            new RegExp(`^${id} .* ${count}$`, 'm').test(await run(cluster, 'list', 'replicationControllers')),
          )
        await run(cluster, '-c', file, 'create', 'replicationControllers')
        // Each of them may meet a write of the controller itself, and be refused.
        await eventually('it is resized', () => run(cluster, 'resize', id, '1'))
        await replicas(1)
        await eventually('it is stopped', () => run(cluster, 'stop', id))
        await replicas(0)
        await eventually('it is removed', () => run(cluster, 'rm', id))
        const left = await run(cluster, 'list', 'replicationControllers')
        assert.not.match(left, new RegExp(`^${id} `, 'm'))
      },
    },
  ],
  installations: () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    return [{ version, path: bundle }]
  },
}
