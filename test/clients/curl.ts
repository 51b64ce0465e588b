import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import type { Case, Client, Installation } from './client.ts'
import { installed } from './installed.ts'

interface Answer {
  readonly kind: string
  readonly id?: string
  readonly metadata?: { readonly name?: string }
  readonly items?: readonly Answer[]
}

/** What curl reads, as a script would call it: `-d` sends the type of a form. */
const curlJson = async ({ path }: Installation, ...args: string[]): Promise<Answer> => {
  const { stdout } = await promisify(execFile)(path, ['-sS', '-L', ...args])
  return JSON.parse(stdout)
}

const noNode = { none: 'such' }
const container = { name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }

const cases: readonly Case[] = [
  {
    name: 'v1beta1: post, list, get, put and delete a service, as in 2014',
    async run({ url }, curl) {
      const services = `${url}/api/v1beta1/services`
      const service = {
        kind: 'Service',
        apiVersion: 'v1beta1',
        id: 'web',
        port: 80,
        selector: { name: 'web' },
      }
      const made = await curlJson(curl, services, '-d', JSON.stringify(service))
      assert.equal([made.kind, made.id], ['Service', 'web'])
      const listed = await curlJson(curl, services)
      assert.ok(listed.items?.some(({ id }) => id === 'web'))
      const changed = { ...(await curlJson(curl, `${services}/web`)), selector: { name: 'other' } }
      const put = await curlJson(curl, `${services}/web`, '-X', 'PUT', '-d', JSON.stringify(changed))
      assert.equal(put, await curlJson(curl, `${services}/web`))
      assert.is((await curlJson(curl, `${services}/web`, '-X', 'DELETE')).kind, 'Status')
    },
  },
  {
    name: 'v1: post, get, list and delete a pod',
    async run({ url }, curl) {
      const pods = `${url}/api/v1/namespaces/default/pods`
      const spec = { nodeSelector: noNode, containers: [container] }
      const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'looked-at' }, spec }
      const json = ['-H', 'Content-Type: application/json']
      assert.is((await curlJson(curl, pods, ...json, '-d', JSON.stringify(pod))).kind, 'Pod')
      assert.is((await curlJson(curl, `${pods}/looked-at`)).metadata?.name, 'looked-at')
      assert.is((await curlJson(curl, `${pods}?fieldSelector=metadata.name=looked-at`)).items?.length, 1)
      await curlJson(curl, `${pods}/looked-at?gracePeriodSeconds=0`, '-X', 'DELETE')
      assert.is((await curlJson(curl, `${pods}/looked-at`)).kind, 'Status')
    },
  },
  {
    name: 'v1 and v1beta1: watch line by line',
    async run({ url }, curl) {
      const { path } = curl
      const watches = ['/api/v1/services?watch=true', '/api/v1beta1/watch/services'].map(each => {
        const child = spawn(path, ['-sS', '-N', '--max-time', '20', url + each], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() }
      })
      const service = {
        kind: 'Service',
        apiVersion: 'v1beta1',
        id: 'seen',
        port: 80,
        selector: { name: 'web' },
      }
      await curlJson(curl, `${url}/api/v1beta1/services`, '-d', JSON.stringify(service))
      for (const { child, lines } of watches) {
        for (;;) {
          const { value, done } = await lines.next()
          assert.not.ok(done, 'the watch has ended')
          const { type, object } = JSON.parse(value) as { type: string; object: Answer }
          if (type === 'ADDED' && (object.id ?? object.metadata?.name) === 'seen') break
        }
        const ended = once(child, 'exit')
        child.kill()
        await ended
      }
    },
  },
]

export const curl: Client = {
  name: 'curl',
  cases,
  installations: () => installed('curl', ['--version']),
}
