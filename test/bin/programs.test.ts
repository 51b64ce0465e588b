import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tempDir } from '../support/temp.ts'

const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> }

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (program: string, ...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [bin[program] ?? '', ...args], { timeout: 20_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  )

test('the programs are those of the original, and mesos-local', () => {
  assert.equal(Object.keys(bin).sort(), [
    'controller-manager',
    'kube-proxy',
    'kubecfg',
    'kubernetes-executor',
    'kubernetes-mesos',
    'mesos-local',
  ])
})

for (const program of Object.keys(bin)) {
  test(`${program} -h explains it, on stdout`, async () => {
    const { code, stdout, stderr } = await run(program, '-h')
    assert.equal([code, stderr], [0, ''])
    assert.match(stdout, new RegExp(`Usage: ${program} `))
    assert.match(stdout, /\n {2}-\w+/)
  })

  test(`${program} refuses a flag that it does not know`, async () => {
    const { code, stderr } = await run(program, '-nonsense=1')
    assert.is(code, 2)
    assert.match(stderr, 'unknown flag -nonsense')
  })
}

const dir = tempDir('programs')
const holder = createServer().listen(0, '127.0.0.1')
await once(holder, 'listening')
const { port: taken } = holder.address() as AddressInfo
test.after(() => {
  holder.close()
})

const failures: [string, string[], RegExp][] = [
  ['kube-proxy', [], /services are stored but have no portals yet/],
  ['kubernetes-executor', [], /MESOS_/],
  ['kubernetes-mesos', ['-controllers=some'], /-controllers is all or none, not some/],
  ['kubernetes-mesos', ['-portal_net=10.0.0.1'], /-portal_net is an IPv4 network .* not 10.0.0.1/],
  ['kubernetes-mesos', ['-mesos_master=zk://h:2181'], /the path of the election is missing/],
  ['kubernetes-mesos', ['-mesos_authentication_principal=me'], /belong together: name both/],
  [
    'kubernetes-mesos',
    ['-mesos_authentication_principal=me', '-mesos_authentication_secret_file=/absent'],
    /\/absent/,
  ],
  ['kubernetes-mesos', ['-mesos_agent_secret_file=/absent'], /-mesos_agent_principal .*: name both/],
  ['kubernetes-mesos', ['-port=many'], /-port needs a number/],
  ['kubernetes-mesos', ['-secure_port=6443'], /needs -tls_cert_file .*: openssl req -x509 /],
  ['kubernetes-mesos', ['-secure_port=https'], /-secure_port needs the number of a port, not "https"/],
  ['kubernetes-mesos', ['-tls_cert_file=cert.pem'], /-secure_port=6443/],
  [
    'kubernetes-mesos',
    [
      '-port=0',
      `-data_dir=${dir}`,
      '-secure_port=0',
      '-tls_cert_file=/absent',
      '-tls_private_key_file=/absent',
    ],
    /\/absent/,
  ],
  ['kubernetes-mesos', ['pods'], /unexpected pods/],
  ['kubernetes-mesos', ['-data_dir=/dev/null/x'], /\/dev\/null\/x/],
  ['kubernetes-mesos', ['-port=0', `-data_dir=${dir}`, '-executor_path=/absent'], /\/absent/],
  [
    'kubernetes-mesos',
    [`-port=${taken}`, `-data_dir=${dir}`],
    /port \d+ .* is taken: .* -port=0 takes a free one/,
  ],
  ['mesos-local', ['-work_dir=/dev/null/x'], /\/dev\/null\/x/],
  ['kubecfg', ['-h', 'http://127.0.0.1:1', 'list', 'pods'], /127\.0\.0\.1:1/],
]
for (const [program, args, message] of failures) {
  test(`${program} ${args.join(' ')} says in a line what is wrong`, async () => {
    const { code, stderr } = await run(program, ...args)
    assert.is.not(code, 0)
    assert.match(stderr, message)
    assert.is(stderr.trim().split('\n').length, 1)
  })
}

test.run()
