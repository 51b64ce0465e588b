import { readConfig } from '../config.ts'
import { Failure, logLine } from '../failure.ts'
import type { Flags } from '../flags.ts'
import type { Io } from '../io.ts'
import { namespaceOf } from '../namespace.ts'
import { type Printer, printerOf } from '../print/printer.ts'
import { parseResource, type Resource, resources } from '../resources.ts'
import { type Json, RequestError, type Server } from '../server.ts'

const verbs = {
  get: { method: 'GET', id: true },
  list: { method: 'GET', id: false },
  delete: { method: 'DELETE', id: true },
  create: { method: 'POST', id: false },
  update: { method: 'PUT', id: true },
} as const

type Verb = keyof typeof verbs

export const isVerb = (method: string): method is Verb => Object.hasOwn(verbs, method)

const usage = (verb: Verb): Failure => {
  const id = { get: '[/<id>]', list: '', create: '', delete: '/<id>', update: '/<id>' }[verb]
  return new Failure(`usage: kubecfg [OPTIONS] ${verb} <${resources.join('|')}>${id}`)
}

/** Minions belong to no namespace. */
const scope = (resource: Resource, flags: Flags, io: Io): string | undefined =>
  resource === 'minions' ? undefined : namespaceOf(flags, io)

/** Prints each change as it comes. */
const follow = async (
  server: Server,
  resource: Resource,
  list: Json,
  print: Printer,
  flags: Flags,
  io: Io,
) => {
  const query = {
    namespace: scope(resource, flags, io),
    labels: flags.l,
    resourceVersion: String(list.resourceVersion ?? 0),
  }
  for await (const { type, object } of server.watch(resource, query)) {
    const text = print(object as Json)
    // The heading stands over the list already.
    const plain = flags.json || flags.yaml || flags.template || flags.template_file
    io.stdout(plain ? `${text}\n` : text.split('\n').slice(2).join('\n'))
    if (type === 'ERROR') throw new RequestError('the server ended the watch')
  }
}

/** get, list, create, update and delete, straight through to the API. */
export const objectCommand = async (
  verb: Verb,
  operands: readonly string[],
  server: Server,
  flags: Flags,
  io: Io,
): Promise<void> => {
  const { resource, id } = parseResource(operands[0])
  const { method, id: wantsId } = verbs[verb]
  if (!resource || wantsId !== (id !== undefined)) throw usage(verb)
  const path = id === undefined ? resource : `${resource}/${encodeURIComponent(id)}`
  const query = { namespace: scope(resource, flags, io), labels: flags.l }
  const print = await printerOf(flags)
  try {
    const body = method === 'POST' || method === 'PUT' ? await readConfig(flags.c, resource, io) : undefined
    if (body && flags.verbose) {
      const message = `Parsed config file successfully; sending:
${JSON.stringify(body)}`
      io.stderr(logLine('I', message, new Date(io.clock.now())))
    }
    const answer = await server.send({
      method,
      path,
      query,
      body: verb === 'update' ? await newest(server, path, query, body ?? {}) : body,
    })
    io.stdout(`${print(answer)}\n`)
    if (verb === 'list' && flags.w) await follow(server, resource, answer, print, flags, io)
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause
    throw new Failure(`Got request error: ${cause.message}`, { cause })
  }
}

/** The body with the newest version of the object: an update overwrites whatever is there. */
const newest = async (
  server: Server,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  body: Json,
): Promise<Json> => {
  const { resourceVersion } = await server
    .send({ method: 'GET', path, query: { namespace: query.namespace } })
    .catch((cause: Error) => {
      throw new Failure(`error obtaining resource version for update: ${cause.message}`, { cause })
    })
  return { ...body, resourceVersion }
}
