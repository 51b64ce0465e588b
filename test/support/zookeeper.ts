import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from './etcd.ts'
import { eventually } from './eventually.ts'

/** Where Debian's libzookeeper-java and what it needs lie. */
const jars = '/usr/share/java'

/** No session lasts longer without a word from its client, milliseconds. */
export const longestSession = 120_000

/** A real ZooKeeper on 127.0.0.1 with a data folder of its own; it can be killed and started again on the same data. */
export class ZooKeeper {
  readonly server: string
  readonly #port: number
  readonly #dir = mkdtempSync(join(tmpdir(), 'zookeeper-'))
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.#port = port
    this.server = `127.0.0.1:${port}`
  }

  static async start(): Promise<ZooKeeper> {
    const zookeeper = new ZooKeeper(await freePort())
    await zookeeper.start()
    return zookeeper
  }

  async start(): Promise<void> {
    const config = join(this.#dir, 'zoo.cfg')
    // Unless told so it would end sessions after 20 ticks: on a busy machine candidates would go that nobody removed.
    writeFileSync(
      config,
      `dataDir=${this.#dir}\nclientPort=${this.#port}\nclientPortAddress=127.0.0.1\ntickTime=200\nmaxSessionTimeout=${longestSession}\nadmin.enableServer=false\n4lw.commands.whitelist=ruok\n`,
    )
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
    // One heap without frills: it starts in a second.
    const java = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, main, config]
    this.#process = spawn('java', java, { stdio: 'ignore' })
    await eventually('ZooKeeper answers', async () => (await this.#ask('ruok')) === 'imok')
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

  async #ask(word: string): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1')
    // One that is just starting may take the connection and never answer.
    socket.setTimeout(500, () => socket.destroy(new Error(`no answer to ${word}`)))
    socket.write(word)
    return text(socket)
  }
}
