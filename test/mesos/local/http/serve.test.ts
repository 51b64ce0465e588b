import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listen, shut } from '../../../../mesos/local/http/listen.ts'
import { respond, serve } from '../../../../mesos/local/http/serve.ts'
import { silent } from '../../../../util/logger.ts'

test('requests that come together on one connection are handled one after the other', async () => {
  const handled: string[] = []
  const routes = {
    '/slow': async (_: unknown, response: Parameters<typeof respond>[0]) => {
      await setImmediate()
      handled.push('slow')
      respond(response, 202)
    },
    '/fast': (_: unknown, response: Parameters<typeof respond>[0]) => {
      handled.push('fast')
      respond(response, 202)
    },
  }
  const server = serve({ routes: Promise.resolve(routes), prefixes: [], logger: silent })
  const port = await listen(server, '127.0.0.1', [0])
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  socket.write(request('/slow') + request('/fast') + request('/slow', 'Connection: close\r\n'))
  const answers = (await text(socket)).match(/HTTP\/1\.1 202/g)
  await shut(server)
  assert.equal(handled, ['slow', 'fast', 'slow'])
  assert.is(answers?.length, 3)
})

test.run()
