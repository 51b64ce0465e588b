import { readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../support/etcd.ts'
import { tempDir } from '../support/temp.ts'
import { kubecfg, messageOf } from './captured-io.ts'
import { serve } from './recorded-server.ts'

const dir = tempDir('kubecfg')
const file = (name: string, content: string): string => {
  writeFileSync(join(dir, name), content)
  return join(dir, name)
}

/** Answers what it was sent; GET answers a service of version 7. */
const seen: { method: string | undefined; url: string | undefined; body: unknown }[] = []
const echo = async (request: IncomingMessage) => {
  const sent = await text(request)
  const body: unknown = sent && JSON.parse(sent)
  seen.push({ method: request.method, url: request.url, body })
  const service = { kind: 'Service', id: 's', port: 1, resourceVersion: 7 }
  return { status: 200, body: body || service }
}

const server = await serve(echo)
test.after(() => server.close())
test.before.each(() => {
  seen.length = 0
})

const run = (...args: string[]) => kubecfg(['-h', server.url, ...args])

const yamlService = 'kind: Service\napiVersion: v1beta1\nid: s\nport: 8000\nselector: {name: web}\n'

test('create takes YAML, from the standard input, too', async () => {
  const { stdout, exit } = await kubecfg([`--h=${server.url}`, '-c=-', 'create', 'services'], {
    stdin: async () => yamlService,
  })
  assert.is(exit, 0)
  assert.match(stdout, /^Name .*\n-{10} .*\ns {19} {20}name=web /)
  assert.equal(seen, [
    {
      method: 'POST',
      url: '/api/v1beta1/services?namespace=default&sync=true',
      body: { kind: 'Service', apiVersion: 'v1beta1', id: 's', port: 8000, selector: { name: 'web' } },
    },
  ])
})

test('create takes a URL', async () => {
  const { exit } = await run('-c', `${server.url}/some/service.json`, 'create', 'services')
  assert.is(exit, 0)
  assert.equal(seen.at(-1)?.body, { kind: 'Service', id: 's', port: 1, resourceVersion: 7 })
})

test('update sends the newest version of the object', async () => {
  await run('-c', file('s.yaml', yamlService), '-ns', 'team', 'update', 'services/s')
  assert.is(seen[0]?.url, '/api/v1beta1/services/s?namespace=team')
  assert.is(seen[1]?.url, '/api/v1beta1/services/s?namespace=team&sync=true')
  assert.is((seen[1]?.body as { resourceVersion?: number } | undefined)?.resourceVersion, 7)
})

test('minions have no namespace', async () => {
  await run('list', 'minions')
  assert.is(seen[0]?.url, '/api/v1beta1/minions')
})

test('run makes a controller, and with -s a service to its first port', async () => {
  const { stdout, exit } = await run('-p', '8080:80,81', '-s', '9000', 'run', 'nginx', '2', 'myweb')
  assert.is(exit, 0)
  assert.match(stdout, /replicas: 2/)
  assert.equal(
    seen.map(({ body }) => body),
    [
      {
        kind: 'ReplicationController',
        apiVersion: 'v1beta1',
        id: 'myweb',
        desiredState: {
          replicas: 2,
          replicaSelector: { name: 'myweb' },
          podTemplate: {
            desiredState: {
              manifest: {
                version: 'v1beta2',
                containers: [
                  {
                    name: 'myweb',
                    image: 'nginx',
                    ports: [{ hostPort: 8080, containerPort: 80 }, { containerPort: 81 }],
                  },
                ],
              },
            },
            labels: { name: 'myweb' },
          },
        },
      },
      {
        kind: 'Service',
        apiVersion: 'v1beta1',
        id: 'myweb',
        port: 9000,
        labels: { name: 'myweb' },
        selector: { name: 'myweb' },
        containerPort: 80,
      },
    ],
  )
})

test('wrong uses are told, and ask the server nothing', async () => {
  const list = 'events|minions|pods|replicationControllers|services'
  const wrong: [string[], string][] = [
    [['get', 'pods'], `usage: kubecfg [OPTIONS] get <${list}>[/<id>]`],
    [['delete', 'pods/'], `usage: kubecfg [OPTIONS] delete <${list}>/<id>`],
    [['list', 'pods/x'], `usage: kubecfg [OPTIONS] list <${list}>`],
    [['create', 'pods'], 'Need config file (-c)'],
    [['-c', join(dir, 'none'), 'create', 'pods'], `Unable to read ${dir}/none: ENOENT`],
    [['-c', file('bad', '{"nope'), 'create', 'pods'], `Error parsing ${dir}/bad as an object for pods: `],
    [
      ['-c', file('s.yaml', yamlService), 'create', 'pods'],
      `Error parsing ${dir}/s.yaml as an object for pods: the body is a Service, where a Pod is wanted`,
    ],
    [['resize', 'x'], 'usage: kubecfg [OPTIONS] resize <controller> <replicas>'],
    [['resize', 'x', 'many'], 'Error parsing replicas: "many" is no whole number'],
    [['stop'], 'usage: kubecfg [OPTIONS] stop|rm|rollingupdate <controller>'],
    [['-p', '1:2:3', 'run', 'i', '1', 'n'], 'Error: bad port spec: 1:2:3'],
    [['-p', '0', 'run', 'i', '1', 'n'], 'Error: bad port spec: "0" is no port'],
    [['-s', '80', 'run', 'i', '1', 'Big'], 'Error: service creation requested, but an invalid name'],
    [['-u', 'soon', 'rollingupdate', 'x'], '-u needs a time such as 60s or 1m30s, not "soon"'],
    [['ns', 'Not-A-Label'], 'Error: namespace Not-A-Label is not a valid DNS Label'],
    [['ns', 'a', 'b'], 'usage: kubecfg ns [<namespace>]'],
  ]
  for (const [args, message] of wrong) {
    const { stdout, stderr, exit } = await run(...args)
    assert.ok(messageOf(stderr).startsWith(message), `${args.join(' ')}: ${stderr}`)
    assert.is(exit, 255)
    assert.is(stdout, '')
  }
  assert.equal(seen, [])
})

test('a wrong flag is told with exit 2, no method with the usage and exit 1, -h alone with the usage', async () => {
  assert.is((await run('-colour', 'list', 'pods')).exit, 2)
  const none = await run()
  assert.is(none.exit, 1)
  assert.match(none.stderr, /^Usage: kubecfg \[OPTIONS\] <method>/)
  for (const help of [['-h'], ['--help']]) {
    const { stdout, exit } = await kubecfg(help)
    assert.match(stdout, /-ns_file=<file>/)
    assert.is(exit, 0)
  }
})

test('-version is told without a server', async () => {
  assert.is((await kubecfg(['-version'])).stdout, 'Kubernetes on Mesos v1.2.3\n')
})

test('a server that is not there is named, with what to do', async () => {
  const master = `127.0.0.1:${await freePort()}`
  const { stderr, exit } = await kubecfg(['list', 'pods'], { env: { KUBERNETES_MASTER: master } })
  assert.match(stderr, `cannot reach the API server at http://${master}: connect ECONNREFUSED`)
  assert.match(stderr, 'Name another with -h=<url> or KUBERNETES_MASTER')
  assert.is(exit, 255)
})

test('an answer that is no Status is shown', async () => {
  const proxy = await serve(async () => ({ status: 502, body: '<html>bad gateway</html>' }))
  const { stderr } = await kubecfg(['-h', proxy.url, 'list', 'pods'])
  await proxy.close()
  assert.match(stderr, `pods?namespace=default answered 502 without a Status: <html>bad gateway</html>`)
})

test('a refusal that has only causes is told by these', async () => {
  const body = {
    kind: 'Status',
    status: 'Failure',
    details: { causes: [{ message: 'one' }, { message: 'two' }] },
  }
  const refusing = await serve(async () => ({ status: 400, body }))
  const { stderr } = await kubecfg(['-h', refusing.url, 'list', 'pods'])
  await refusing.close()
  assert.is(messageOf(stderr), 'Got request error: one, two\n')
})

test('a template that does not fit is told', async () => {
  const { stderr, exit } = await run('-template', '{{.id.x}}', 'get', 'services/s')
  assert.is(
    messageOf(stderr),
    'Error in template: line 1: {{.id.x}}: cannot take field x of s: it is no object\n',
  )
  assert.is(exit, 255)
  const path = file('t', '{{.id}}:{{.port}}')
  assert.is((await run('-template_file', path, 'get', 'services/s')).stdout, 's:1\n')
})

test('the chosen namespace is kept in the home folder, and -ns goes before it', async () => {
  const env = { HOME: tempDir('home'), KUBERNETES_MASTER: server.url }
  assert.is((await kubecfg(['ns', 'team'], { env })).stdout, 'Using namespace team\n')
  assert.is(readFileSync(join(env.HOME, '.kubernetes_ns'), 'utf8'), '{"Namespace":"team"}')
  assert.is((await kubecfg(['ns'], { env })).stdout, 'Using namespace team\n')
  await kubecfg(['list', 'services'], { env })
  await kubecfg(['-ns=other', 'list', 'services'], { env })
  assert.match(seen[0]?.url ?? '', 'namespace=team')
  assert.match(seen[1]?.url ?? '', 'namespace=other')
})

test('-verbose shows what is sent', async () => {
  const { stderr } = await run('-verbose', '-c', file('s.yaml', yamlService), 'create', 'services')
  assert.match(
    stderr,
    /^I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ kubecfg\] Parsed config file successfully; sending:\n\{"kind"/,
  )
})

test('-w goes on with what changes after the list', async () => {
  const pod = { kind: 'Pod', id: 'p', currentState: { status: 'Running', host: 'a', hostIP: '1.2.3.4' } }
  const watched = await serve(async ({ url }) => {
    if (!url?.includes('/watch/'))
      return { status: 200, body: { kind: 'PodList', resourceVersion: 7, items: [] } }
    assert.is(url, '/api/v1beta1/watch/pods?namespace=default&labels=a%3Db&resourceVersion=7')
    return { status: 200, body: `${JSON.stringify({ type: 'ADDED', object: pod })}\n` }
  })
  const { stdout } = await kubecfg(['-h', watched.url, '-w', '-l', 'a=b', 'list', 'pods'])
  await watched.close()
  assert.match(stdout, /\n\np {19} {20}a\/1\.2\.3\.4 {11} {20}Running\n$/)
})

test.run()
