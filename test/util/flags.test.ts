import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseFlags, UsageError, usage } from '../../util/flags.ts'

const program = {
  name: 'example',
  summary: 'An example.',
  flags: {
    mesos_master: { default: undefined, help: 'the master', value: 'host:port' },
    port: { default: 8888, help: 'the port' },
    v: { default: 0, help: 'verbosity' },
    quick: { default: false, help: 'be quick' },
    address: { default: '127.0.0.1', help: 'the address' },
  },
} as const

test('every way to write a flag means the same', () => {
  for (const argv of [
    ['-mesos_master=a:1'],
    ['--mesos_master=a:1'],
    ['--mesos-master', 'a:1'],
    ['-mesos-master', 'a:1'],
  ]) {
    assert.is(parseFlags(program, argv).flags.mesos_master, 'a:1')
  }
})

test('flags have their defaults and their types', () => {
  const { flags, operands } = parseFlags(program, ['-port=0', '-quick', 'list', '-v=9'])
  assert.equal(flags, { mesos_master: undefined, port: 0, v: 0, quick: true, address: '127.0.0.1' })
  assert.equal(operands, ['list', '-v=9'], 'flags end at the first operand')
  assert.is(parseFlags(program, ['-quick=false']).flags.quick, false)
  assert.equal(parseFlags(program, ['--', '-x']).operands, ['-x'])
})

test('an empty value and a value with = are kept', () => {
  assert.is(parseFlags(program, ['-address=']).flags.address, '')
  assert.is(parseFlags(program, ['-address=a=b']).flags.address, 'a=b')
})

const refusals: [string[], RegExp][] = [
  [['-mesos=x'], /unknown flag -mesos, did you mean -mesos_master\?; -h lists all flags/],
  [['-nonsense'], /unknown flag -nonsense;/],
  [['-port=many'], /-port needs a number, not "many"/],
  [['-port='], /-port needs a number, not ""/],
  [['-port'], /-port needs a value: -port=number/],
  [['-quick=maybe'], /-quick is true or false/],
]
for (const [argv, message] of refusals) {
  test(`${argv.join(' ')} is refused with a remedy`, () => {
    assert.throws(
      () => parseFlags(program, argv),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    )
  })
}

test('-h asks for help, which explains every flag', () => {
  assert.ok(parseFlags(program, ['-h']).help)
  assert.ok(parseFlags(program, ['--help']).help)
  for (const [name, flag] of Object.entries(program.flags)) {
    assert.match(usage(program), `-${name}`)
    assert.match(usage(program), flag.help)
  }
})

test.run()
