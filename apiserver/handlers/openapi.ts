import type { Hono } from 'hono'
import { noResource, notAcceptable } from '../../api/errors.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Logger } from '../../util/logger.ts'
import { readPublished } from '../openapi/definitions.ts'
import { encodeDocument } from '../openapi/gnostic.ts'
import { operationsOf } from '../openapi/operations.ts'
import { documentV2 } from '../openapi/v2.ts'
import { documentV3 } from '../openapi/v3.ts'
import { grouped } from './api-resources.ts'
import { mediaRanges } from './negotiate.ts'
import { send, sendDocument, sendError } from './reply.ts'
import type { Env, Request } from './request.ts'
import { sendTagged, type Tagged, tagged } from './tagged.ts'
import { version } from './version.ts'

const protobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
/** How clients call it who do not mind that `@` cannot be in the name of a media type. */
const protobufNames = [protobufType, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']

const lazy = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The form of the v2 document that the client likes best. */
const formV2 = (accept = '*/*'): 'json' | 'protobuf' => {
  for (const { type } of mediaRanges(accept)) {
    if (protobufNames.includes(type)) return 'protobuf'
    if (['application/json', 'application/*', '*/*'].includes(type)) return 'json'
  }
  throw notAcceptable()
}

/** `api/v1`, `apis/apps/v1`: what v3 calls a version of a group. */
const pathOf = (groupVersion: string): string =>
  groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`

/** OpenAPI documents of the table of kinds; they are made when somebody first asks for them. */
export const routeOpenApi = (app: Hono<Env>, kinds: readonly Kind[], logger: Logger): void => {
  const serve = (path: string, answer: (c: Request) => Response): void => {
    app.get(path, c => {
      try {
        return answer(c)
      } catch (error) {
        return sendError(c, error, logger)
      }
    })
  }

  const v2 = () => documentV2(readPublished(kinds), kinds.flatMap(operationsOf), version.gitVersion)
  const forms = {
    json: lazy(() => tagged(JSON.stringify(v2()))),
    protobuf: lazy(() => tagged(Buffer.from(encodeDocument(v2())), protobufType)),
  }
  serve('/openapi/v2', c => sendTagged(c, forms[formV2(c.req.header('accept'))]()))

  // All at once, for the index has the hash of each.
  const groups = grouped(kinds, apiVersionOf)
  const documents = lazy(() => {
    const published = readPublished(kinds)
    const made = [...groups].map(([groupVersion, members]) => {
      const document = documentV3(published, members.flatMap(operationsOf), version.gitVersion)
      return [pathOf(groupVersion), tagged(JSON.stringify(document))] as const
    })
    return new Map(made)
  })
  const urlOf = (path: string, { hash }: Tagged): string => `/openapi/v3/${path}?hash=${hash}`
  serve('/openapi/v3', c => {
    const paths = [...documents()].map(([path, each]) => [path, { serverRelativeURL: urlOf(path, each) }])
    return sendDocument(c, { paths: Object.fromEntries(paths) })
  })
  for (const groupVersion of groups.keys()) {
    const path = pathOf(groupVersion)
    serve(`/openapi/v3/${path}`, c => {
      const document = documents().get(path)
      if (!document) throw noResource()
      const hash = c.req.query('hash')
      if (hash === undefined || hash === document.hash) return sendTagged(c, document)
      // The client knows an older document.
      return send(c, 301, '', 'text/plain', { Location: urlOf(path, document) })
    })
  }
}
