import { open, realpath } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import type { AgentCallReadFile, AgentResponseReadFile } from '../../protocol/messages.gen.ts'
import { Refused } from '../http/refused.ts'
import type { AgentContext } from './context.ts'

/** The most that one answer holds, bytes. */
const maxLength = 64 * 1024

/**
 * A file in a sandbox of this agent, by its real path or by the one that does not tell the work_dir:
 * `/frameworks/<id>/executors/<id>/runs/latest/stderr`. Links that lead out of the sandboxes are not followed.
 */
const fileAt = async ({ workDir, state }: AgentContext, path: string): Promise<string> => {
  const home = join(workDir, 'slaves', state.info.id?.value ?? '')
  const asked = normalize(path)
  const named = asked.startsWith('/frameworks/') ? join(home, asked) : asked
  const [root, found] = await Promise.all([home, named].map(each => realpath(each))).catch(cause => {
    throw new Refused(404, '', { cause })
  })
  if (!root || !found?.startsWith(root + sep)) throw new Refused(404, '')
  return found
}

/** What READ_FILE answers. Throws Refused. */
export const readFile = async (
  cx: AgentContext,
  { path, offset, length = maxLength }: AgentCallReadFile,
): Promise<AgentResponseReadFile> => {
  const file = await open(await fileAt(cx, path))
  try {
    const stats = await file.stat()
    if (stats.isDirectory()) throw new Refused(400, 'Cannot read a directory.\n')
    const wanted = Math.min(length, maxLength, Math.max(0, stats.size - offset))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset)
    return { size: stats.size, data: buffer.toString('base64', 0, bytesRead) }
  } finally {
    await file.close()
  }
}
