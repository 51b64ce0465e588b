import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

export interface Outcome {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  readonly output: string
}

const count = (output: string, label: string): number =>
  Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(stripVTControlCharacters(output))?.[1] ?? 0)

/**
 * Runs a test file in a process of its own and does not believe its exit code: uvu exits 0 when a hook throws and
 * when there was no test at all. The file passes only when uvu reports at least one test and all that were not
 * skipped passed. One that takes longer than `ms` milliseconds is killed, with all that it started, and has failed.
 */
export const runFile = (file: string, ms: number): Promise<Outcome> =>
  new Promise(resolve => {
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    const watchdog = setTimeout(() => {
      output += `\nwatchdog: ${file} did not end within ${ms / 1000} s\n`
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    }, ms)
    child.on('close', code => {
      clearTimeout(watchdog)
      const total = count(output, 'Total')
      const passed = count(output, 'Passed')
      const broken = code !== 0 || total === 0 || passed !== total
      resolve({
        file,
        passed,
        skipped: count(output, 'Skipped'),
        failed: broken ? Math.max(1, total - passed) : 0,
        seconds: (performance.now() - started) / 1000,
        output,
      })
    })
  })
