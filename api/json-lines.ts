/**
 * The JSON values of a stream that has one on each line, as many at a time as a chunk completes. Chunks may end
 * anywhere, also inside a character. A last line that was never ended means that the stream broke: it throws.
 */
export async function* jsonLines<T>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<T[]> {
  const decoder = new TextDecoder()
  let rest: string[] = []
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n')
    const last = lines.pop() ?? ''
    const [first, ...others] = lines
    if (first === undefined) {
      rest.push(last)
      continue
    }
    const complete = [`${rest.join('')}${first}`, ...others].filter(line => line.trim() !== '')
    rest = [last]
    if (complete.length > 0) yield complete.map(line => JSON.parse(line) as T)
  }
  const broken = rest.join('') + decoder.decode()
  if (broken.trim() !== '') throw new Error(`the stream ended within a line of ${broken.length} characters`)
}
