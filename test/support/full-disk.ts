import { execFileSync } from 'node:child_process'

/** Meanwhile this process can make no file larger than so many bytes: to it, as on a full disk, the rest is refused. */
export const onFullDisk = async (bytes: number, body: () => Promise<void>): Promise<void> => {
  // What a process gets beside the error; it would end it.
  const ignore = (): void => {}
  process.on('SIGXFSZ', ignore)
  const limit = (size: number | 'unlimited') =>
    execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${size}:unlimited`])
  limit(bytes)
  try {
    await body()
  } finally {
    limit('unlimited')
    process.off('SIGXFSZ', ignore)
  }
}
