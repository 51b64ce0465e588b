import { text } from 'node:stream/consumers'
import { main } from '../kubecfg/main.ts'
import pkg from '../package.json' with { type: 'json' }
import { systemClock } from '../util/clock.ts'

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await main(process.argv.slice(2), {
  stdout: text => void process.stdout.write(text),
  stderr: text => void process.stderr.write(text),
  stdin: () => text(process.stdin),
  env: process.env,
  fetch: globalThis.fetch,
  clock: systemClock,
  version: pkg.version,
})
