import { spawn } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startWatchdog, type Watchdog } from '../../../executor/runtime/watchdog.ts'
import { systemClock } from '../../../util/clock.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { alive, watchdogOf } from '../processes.ts'

const test = suite<{ watchdog: Watchdog; groups: number[] }>('watchdog')

/** A process group of one process that would run for long. */
const startGroup = (groups: number[]): number => {
  const { pid } = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
  if (pid === undefined) throw new Error('no process')
  groups.push(pid)
  return pid
}

test.before.each(context => {
  context.groups = []
})

test.after.each(async ({ watchdog, groups }) => {
  watchdog.close()
  for (const group of groups) if (alive(group)) process.kill(-group, 'SIGKILL')
  await eventually('the watchdog ended', () => watchdogOf(process.pid) === undefined)
})

test('kills the groups that it knows, and no other', async context => {
  const [first, removed, unknown, last] = [1, 2, 3, 4].map(() => startGroup(context.groups))
  if (!first || !removed || !unknown || !last) throw new Error('no groups')
  context.watchdog = startWatchdog(systemClock, silent)
  for (const group of [first, removed, last]) await context.watchdog.add(group)
  context.watchdog.remove(removed)
  context.watchdog.close()
  await eventually('the groups are dead', () => !alive(first) && !alive(last))
  assert.ok(alive(removed))
  assert.ok(alive(unknown))
})

test('is not impressed by the signals that end an ordinary process', async context => {
  context.watchdog = startWatchdog(systemClock, silent)
  const group = startGroup(context.groups)
  await context.watchdog.add(group)
  const pid = await eventually('a watchdog', () => watchdogOf(process.pid))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(pid, signal)
  context.watchdog.close()
  await eventually('the group is dead', () => !alive(group))
})

test('is replaced when it is killed, and its successor knows the groups', async context => {
  // A clock that is ahead: a watchdog that ran for long is replaced without a wait.
  const clock = new ManualClock()
  context.watchdog = startWatchdog(clock, silent)
  const group = startGroup(context.groups)
  await context.watchdog.add(group)
  const first = await eventually('a watchdog', () => watchdogOf(process.pid))
  clock.advance(60_000)
  process.kill(first, 'SIGKILL')
  await eventually('its end is noticed', () => clock.next === 0)
  clock.advance(0)
  const second = await eventually('a successor', () => watchdogOf(process.pid))
  assert.is.not(second, first)
  context.watchdog.close()
  await eventually('the group is dead', () => !alive(group))
})

test('one that dies at once is not replaced in a tight loop', async context => {
  const clock = new ManualClock()
  context.watchdog = startWatchdog(clock, silent)
  const first = await eventually('a watchdog', () => watchdogOf(process.pid))
  process.kill(first, 'SIGKILL')
  await eventually('its end is noticed', () => clock.next !== undefined)
  assert.is(clock.next, 1000)
  // A container that starts meanwhile gets a watchdog without a wait.
  const group = startGroup(context.groups)
  await context.watchdog.add(group)
  clock.advance(1000)
  context.watchdog.close()
  await eventually('the group is dead', () => !alive(group))
})

test.run()
