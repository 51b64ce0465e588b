import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('the demo shows every step and ends well', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    'examples/demo.ts',
  ])
  const steps = [
    '$ kubecfg -c examples/pod-hello.json create pods',
    'hello  agent1.local  Running  http://127.0.0.1:31999/',
    'hello from hello',
    '$ kubecfg -c examples/controller-hello.json create replicationControllers',
    '$ kubecfg resize hello 4',
    '$ kubecfg stop hello',
    '$ kubecfg rm hello',
    '$ kubecfg delete pods/hello',
    'hello  gone',
    'All of it worked',
  ]
  let from = 0
  for (const step of steps) {
    const at = stdout.indexOf(step, from)
    assert.ok(at >= from, `${step} is shown, in its turn, in:\n${stdout}`)
    from = at + step.length
  }
  assert.is(stderr, '', 'and nothing to worry about')
})

test.run()
