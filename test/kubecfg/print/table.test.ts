import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { columnsOf } from '../../../kubecfg/print/columns.ts'
import { phaseOf } from '../../../kubecfg/print/phase.ts'
import { table } from '../../../kubecfg/print/table.ts'

test('columns are 20 wide, or three more than the longest cell; the last is not filled up', () => {
  const long = 'x'.repeat(18)
  assert.is(
    table([
      ['a', 'b', 'c'],
      ['ä', long, 'end'],
    ]),
    `a${' '.repeat(19)}b${' '.repeat(20)}c\nä${' '.repeat(19)}${long}${' '.repeat(3)}end\n`,
  )
})

test('a message of several lines stays in its row', () => {
  assert.equal(columnsOf('Event')?.cells({ message: 'one\n  two' }).at(-1), 'one two')
})

test('what has no columns is told', () => {
  assert.is(columnsOf('Secret'), undefined)
  assert.is(columnsOf('toString'), undefined)
})

test('a terminated pod has succeeded only if every container is known to', () => {
  const ended = (...codes: number[]) =>
    phaseOf({
      status: 'Terminated',
      info: {
        net: { State: {} },
        ...Object.fromEntries(codes.map((ExitCode, index) => [`c${index}`, { State: { ExitCode } }])),
      },
    })
  assert.is(ended(0, 0), 'Succeeded')
  assert.is(ended(0, 1), 'Failed')
  assert.is(ended(), 'Failed')
  assert.is(phaseOf({}), '')
})

test.run()
