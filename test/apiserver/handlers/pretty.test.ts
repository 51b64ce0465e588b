import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../running-server.ts'

const { url, stop } = await startServer()
test.after(stop)

const get = async (path: string, userAgent: string) =>
  (await fetch(url + path, { headers: { 'user-agent': userAgent } })).text()

test('answers are indented for people, and for those who ask', async () => {
  const namespace = '/api/v1/namespaces/default'
  for (const [path, userAgent, indented] of [
    [namespace, 'curl/7.88.1', true],
    [namespace, 'Wget/1.21', true],
    [namespace, 'Mozilla/5.0 (X11; Linux x86_64)', true],
    [namespace, 'kubectl/v1.36.2 (linux/amd64)', false],
    [`${namespace}?pretty=true`, 'kubectl/v1.36.2 (linux/amd64)', true],
    [`${namespace}?pretty=false`, 'curl/7.88.1', false],
    // Go's ParseBool takes this for no.
    [`${namespace}?pretty=yes`, 'curl/7.88.1', false],
    ['/api/v1/namespaces', 'curl/7.88.1', true],
    ['/api/v1/namespaces/none', 'curl/7.88.1', true],
    ['/api/v1', 'curl/7.88.1', true],
  ] as const) {
    const text = await get(path, userAgent)
    const parsed = JSON.parse(text)
    const wanted = indented ? JSON.stringify(parsed, undefined, 2) : `${JSON.stringify(parsed)}\n`
    assert.is(text, wanted, `${path} ${userAgent}`)
  }
})

test("objects end with a newline, as Go's encoder writes them; what is no object does not", async () => {
  const asked = async (path: string, accept: string) =>
    (await fetch(url + path, { headers: { accept } })).text()
  const json = 'application/json'
  const discovery = `${json};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
  const partial = `${json};as=PartialObjectMetadata;v=v1;g=meta.k8s.io`
  for (const [path, accept, ended] of [
    ['/api/v1/namespaces/default', json, true],
    ['/api/v1/namespaces/default', `${json};as=Table;v=v1;g=meta.k8s.io`, true],
    ['/api/v1/namespaces/default', partial, true],
    ['/api/v1/namespaces', json, true],
    ['/api/v1/namespaces/none', json, true],
    ['/apis', json, true],
    ['/apis', discovery, true],
    ['/version', json, false],
    ['/openapi/v3', json, false],
  ] as const) {
    assert.match(await asked(path, accept), ended ? /\}\n$/ : /\}$/, `${path} ${accept}`)
  }
})

test('a watch has one line for each event, whoever follows it', async () => {
  const text = await get('/api/v1/namespaces?watch=1&timeoutSeconds=1&pretty=true', 'curl/7.88.1')
  const lines = text.trim().split('\n')
  for (const line of lines) assert.is(typeof JSON.parse(line).type, 'string')
})

test.run()
