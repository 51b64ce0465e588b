import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CertificateSigningRequest } from '../../api/kinds/certificates/certificate-signing-request.ts'
import { minimalOf } from '../api/kinds/minimal.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'
import { startServer } from './running-server.ts'

const { http, url, stop } = await startServer()
test.after(stop)
const kubectl = new Kubectl(url, tempDir('certificates'))

const create = (name: string) =>
  http.create(CertificateSigningRequest, {
    metadata: { name },
    ...(minimalOf(CertificateSigningRequest) as Pick<CertificateSigningRequest, 'spec'>),
  })

test('kubectl approves and denies requests', async () => {
  await Promise.all([create('good'), create('bad')])
  assert.match(await kubectl.ok('certificate', 'approve', 'good'), 'good approved')
  assert.match(await kubectl.ok('certificate', 'deny', 'bad'), 'bad denied')
  const table = await kubectl.ok('get', 'csr')
  assert.match(table, /good .* example\.com\/s +system:anonymous .*Approved/)
  assert.match(table, /bad .*Denied/)
  const { status } = await http.get(CertificateSigningRequest, { namespace: '', name: 'good' })
  assert.ok(status?.conditions?.[0]?.lastTransitionTime)
})

test('what a status says of a decision is refused', async () => {
  const made = await create('own')
  const status = { conditions: [{ type: 'Approved', status: 'True' }] }
  const written = http.updateStatus(CertificateSigningRequest, { ...made, status })
  try {
    await written
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), 'updates may not add a condition of type "Approved"')
  }
})

test.run()
