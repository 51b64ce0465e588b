// Runs every test file in a process of its own and believes none of them: a file passes only when uvu reports
// at least one test and all that were not skipped passed. Arguments select files by a part of their path.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { install } from './support/requirements.ts'

/** Longest time for one file, milliseconds: a hanging test fails here. */
const watchdog = 300_000

interface Outcome {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  readonly output: string
}

const count = (output: string, label: string): number => {
  const plain = stripVTControlCharacters(output)
  return Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(plain)?.[1] ?? 0)
}

const runFile = (file: string): Promise<Outcome> =>
  new Promise(resolve => {
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    const timer = setTimeout(() => {
      output += `\nwatchdog: ${file} did not end within ${watchdog / 1000} s\n`
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    }, watchdog)
    child.on('close', code => {
      clearTimeout(timer)
      const total = count(output, 'Total')
      const passed = count(output, 'Passed')
      const skipped = count(output, 'Skipped')
      const broken = code !== 0 || total === 0 || passed !== total
      resolve({
        file,
        passed,
        skipped,
        failed: broken ? Math.max(1, total - passed) : 0,
        seconds: (performance.now() - started) / 1000,
        output,
      })
    })
  })

const report = (outcome: Outcome): void => {
  const { file, passed, failed, skipped, seconds } = outcome
  const verdict = failed ? 'FAIL' : 'ok  '
  console.log(
    `${verdict} ${file}  ${passed} passed${skipped ? `, ${skipped} skipped` : ''}  ${seconds.toFixed(1)} s`,
  )
  if (failed) console.log(outcome.output)
}

const runAll = async (files: readonly string[], parallel: number): Promise<Outcome[]> => {
  const waiting = [...files]
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const outcome = await runFile(file)
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
