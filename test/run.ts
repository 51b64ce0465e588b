// Runs every test file in a process of its own. Arguments select files by a part of their path.
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { install } from './support/requirements.ts'
import { type Outcome, runFile } from './support/run-file.ts'

/** Longest time for one file, milliseconds: a hanging test fails here. */
const watchdog = 300_000

const report = ({ file, passed, failed, skipped, seconds, output }: Outcome): void => {
  const verdict = failed ? 'FAIL' : 'ok  '
  console.log(
    `${verdict} ${file}  ${passed} passed${skipped ? `, ${skipped} skipped` : ''}  ${seconds.toFixed(1)} s`,
  )
  if (failed) console.log(output)
}

const runAll = async (files: readonly string[], parallel: number): Promise<Outcome[]> => {
  const waiting = [...files]
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const outcome = await runFile(file, watchdog)
      report(outcome)
      outcomes.push(outcome)
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return outcomes
}

const wanted = process.argv.slice(2)
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts'))
  .map(file => join('test', file))
  .filter(file => wanted.length === 0 || wanted.some(part => file.includes(part)))
  .sort()

await install()
// Whole-system tests use both cores: they run one after the other, at the end.
const outcomes = [
  ...(await runAll(
    files.filter(file => !file.startsWith('test/e2e/')),
    availableParallelism(),
  )),
  ...(await runAll(
    files.filter(file => file.startsWith('test/e2e/')),
    1,
  )),
]

const sum = (pick: (outcome: Outcome) => number) =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0)
const failed = sum(outcome => outcome.failed)
const skipped = sum(outcome => outcome.skipped)
if (outcomes.length === 0) console.log(`no test file matches ${wanted.join(' ') || 'test/**/*.test.ts'}`)
console.log(
  `${sum(outcome => outcome.passed)} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`,
)
if (failed > 0 || outcomes.length === 0) process.exitCode = 1
