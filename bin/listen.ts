import type { ApiServer } from '../apiserver/index.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import { readKeyPair, renewals } from './key-pair.ts'
import type { Secure } from './secure-flags.ts'

interface Bound {
  /** An IP address. */
  readonly address: string
  readonly port: number
}

/** Serves HTTP on a port, and answers what was taken. */
export const listen = (api: ApiServer, address: string, port: number): Promise<Bound> =>
  open(api, 'port', { address, port })

/** Serves HTTP on a port through which nothing can be changed. */
export const listenReadOnly = (api: ApiServer, address: string, port: number): Promise<Bound> =>
  open(api, 'read_only_port', { address, port, readsOnly: true })

/** Serves HTTPS on a port, with whatever its files hold by then, and answers what was taken. */
export const listenSecurely = (
  api: ApiServer,
  address: string,
  { port, ...files }: Secure,
  clock: Clock,
  logger: Logger,
): Promise<Bound> => {
  const pair = readKeyPair(files)
  const renewed$ = renewals(files, pair, clock, logger)
  return open(api, 'secure_port', { address, port, tls: { ...pair, renewed$ } })
}

/** `flag` is the one that chooses the port. */
const open = async (
  api: ApiServer,
  flag: string,
  options: Parameters<ApiServer['listen']>[0],
): Promise<Bound> => {
  try {
    return await api.listen(options)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    const { port, address } = options
    throw new Error(
      `port ${port} of ${address} is taken: stop what listens there; -${flag}=0 takes a free one`,
    )
  }
}
