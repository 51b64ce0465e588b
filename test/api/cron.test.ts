import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CronError, type CronSchedule, parseCron } from '../../api/cron.ts'

const parsed = (text: string): CronSchedule => {
  const schedule = parseCron(text)
  assert.ok('minutes' in schedule)
  return schedule as CronSchedule
}

const minutes = (text: string) => [...parsed(`${text} * * * *`).minutes]

test('values, ranges, steps and lists', () => {
  assert.equal(minutes('7'), [7])
  assert.equal(minutes('*/20'), [0, 20, 40])
  assert.equal(minutes('10-14/2,3'), [10, 12, 14, 3])
  assert.equal(minutes('50/5'), [50, 55])
  assert.is(minutes('?').length, 60)
})

test('names of months and days, in any case', () => {
  const { months, daysOfWeek } = parsed('0 0 * jan,DEC mon-Fri')
  assert.equal([...months], [1, 12])
  assert.equal([...daysOfWeek], [1, 2, 3, 4, 5])
})

test('descriptors', () => {
  assert.equal(parseCron('@weekly'), parseCron('0 0 * * 0'))
  assert.equal(parseCron('@every 1h30m'), { every: 5_400_000 })
})

const refused: [string, string][] = [
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['9-3 * * * *', 'beginning of range (9) beyond end of range (3): 9-3'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['*/2/3 * * * *', 'too many slashes: */2/3'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['x * * * *', 'failed to parse int from x: invalid syntax'],
  ['@often', 'unrecognized descriptor: @often'],
  ['@toString', 'unrecognized descriptor: @toString'],
  ['@every soon', 'failed to parse duration @every soon'],
]

for (const [text, message] of refused) {
  test(`refused: ${text}`, () =>
    assert.throws(
      () => parseCron(text),
      (error: unknown) => error instanceof CronError && error.message === message,
    ))
}

test.run()
