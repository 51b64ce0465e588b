import { isStatus } from '../../api/errors.ts'
import type { HttpClient } from '../../api/http-client.ts'
import { Pod } from '../../api/kinds/index.ts'
import { eventually } from '../support/eventually.ts'
import type { Stream, Write } from '../support/watch-validators.ts'
import { textOf } from './watch-follower.ts'

/** Writes pods and keeps what was acknowledged. Every key has one writer, so that no outcome stays in doubt. */
export interface Writers {
  /** The acknowledged writes; deletions whose answer was lost take their revision from the streams. */
  history(streams: readonly Stream[]): Write[]
  /** Creates, changes and deletes some pods, one write after the other. */
  work(writer: string, writes: number): Promise<void>
  /** The revision of a last write, which every selection of the tests contains. */
  mark(): Promise<number>
}

export const startWriters = (http: () => HttpClient, text = ''): Writers => {
  const writes: Write[] = []
  const doubtful: { key: string; value: string; after: number }[] = []
  const present = new Map<string, Pod>()
  let count = 0

  const remember = (key: string, pod: Pod): void => {
    present.set(key, pod)
    writes.push({ key, revision: Number(pod.metadata.resourceVersion), value: textOf(pod) })
  }

  const find = (name: string): Promise<Pod | 'none'> =>
    eventually('the server answers', async () => {
      try {
        return await http().get(Pod, { namespace: 'default', name })
      } catch (error) {
        if (isStatus(error, 'NotFound')) return 'none'
        throw error
      }
    })

  const put = async (key: string, colour: string): Promise<void> => {
    const old = present.get(key)
    const metadata = {
      name: key,
      namespace: 'default',
      labels: { colour },
      annotations: { n: String(count++), ...(text && { text }) },
    }
    try {
      const pod = old
        ? await http().update(Pod, { ...old, metadata: { ...old.metadata, ...metadata } })
        : await http().create(Pod, { metadata, spec: { containers: [{ name: 'c', image: 'x' }] } })
      remember(key, pod)
    } catch {
      // Whether it was written is to be seen when the store is back.
      const found = await find(key)
      if (found !== 'none' && textOf(found) === textOf({ metadata })) remember(key, found)
    }
  }

  const remove = async (key: string, old: Pod): Promise<void> => {
    try {
      const { metadata } = await http().delete(Pod, { namespace: 'default', name: key })
      writes.push({ key, revision: Number(metadata.resourceVersion), value: undefined })
    } catch {
      if ((await find(key)) !== 'none') return
      doubtful.push({ key, value: textOf(old), after: Number(old.metadata.resourceVersion) })
    }
    present.delete(key)
  }

  return {
    history: streams => {
      const events = streams.flatMap(stream => stream.events)
      const found = doubtful.map(({ key, value, after }) => {
        const told = events.find(
          event =>
            event.type === 'DELETED' && event.key === key && event.value === value && event.revision > after,
        )
        if (!told) throw new Error(`nobody was told that ${key} "${value}" is deleted`)
        return { key, revision: told.revision, value: undefined }
      })
      return [...writes, ...found]
    },

    async work(writer, number) {
      for (let n = 0; n < number; n++) {
        const key = `${writer}-${n % 5}`
        const old = present.get(key)
        if (old && n % 7 === 6) await remove(key, old)
        else await put(key, n % 3 === 0 ? 'blue' : 'red')
      }
    },

    async mark() {
      await put('mark', 'red')
      return Number(present.get('mark')?.metadata.resourceVersion)
    },
  }
}
