/** Go's tabwriter with minimum width 20 and padding 3: every column but the last is filled up. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 20, [...cell].length + 3)
    })
  }
  const fill = (cell: string, column: number, row: readonly string[]): string =>
    column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)
  return rows.map(row => `${row.map(fill).join('')}\n`).join('')
}
