import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

/**
 * A port that nobody listens on, for a program that cannot choose one itself. It is none of those that the kernel
 * gives to sockets without a wish: until the program listens, or while it is restarted, one of them would take it.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}

/** A real etcd on 127.0.0.1 with a data folder of its own; it can be killed and started again on the same data. */
export class Etcd {
  readonly endpoint: string
  readonly #peer: string
  readonly #dir = mkdtempSync(join(tmpdir(), 'etcd-'))
  #process: ChildProcess | undefined

  private constructor(port: number, peerPort: number) {
    this.endpoint = `http://127.0.0.1:${port}`
    this.#peer = `http://127.0.0.1:${peerPort}`
  }

  static async start(): Promise<Etcd> {
    const etcd = new Etcd(await freePort(), await freePort())
    await etcd.start()
    return etcd
  }

  get pid(): number {
    return this.#process?.pid ?? -1
  }

  async start(): Promise<void> {
    // biome-ignore format: one flag and its value per line reads best
    const flags = [
      '--data-dir', this.#dir,
      '--listen-client-urls', this.endpoint,
      '--advertise-client-urls', this.endpoint,
      '--listen-peer-urls', this.#peer,
      '--initial-advertise-peer-urls', this.#peer,
      '--initial-cluster', `default=${this.#peer}`,
      '--logger', 'zap', '--log-level', 'error',
    ]
    this.#process = spawn('etcd', flags, { stdio: 'ignore' })
    await eventually('etcd answers', async () => (await fetch(`${this.endpoint}/health`)).ok)
  }

  /** kill -9, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Ends it and deletes its data. */
  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
