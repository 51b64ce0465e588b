import type { Hono } from 'hono'
import { notAcceptable } from '../../api/errors.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { Logger } from '../../util/logger.ts'
import { encodeDocument } from '../openapi/gnostic.ts'
import { operationsOf } from '../openapi/operations.ts'
import { documentV2 } from '../openapi/v2.ts'
import { documentV3 } from '../openapi/v3.ts'
import { grouped } from './api-resources.ts'
import { mediaRanges } from './negotiate.ts'
import { send, sendError, sendJson } from './reply.ts'
import type { Env } from './request.ts'
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

/** OpenAPI documents of the table of kinds; each is made when somebody first asks for it. */
export const routeOpenApi = (app: Hono<Env>, kinds: readonly Kind[], logger: Logger): void => {
  const v2 = () => documentV2(kinds.flatMap(operationsOf), version.gitVersion)
  const forms = {
    json: lazy(() => tagged(JSON.stringify(v2()))),
    protobuf: lazy(() => tagged(Buffer.from(encodeDocument(v2())), protobufType)),
  }
  app.get('/openapi/v2', c => {
    try {
      return sendTagged(c, forms[formV2(c.req.header('accept'))]())
    } catch (error) {
      return sendError(c, error, logger)
    }
  })

  const documents = new Map<string, () => Tagged>()
  for (const [groupVersion, members] of grouped(kinds, apiVersionOf)) {
    const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`
    const operations = () => members.flatMap(operationsOf)
    const document = lazy(() => tagged(JSON.stringify(documentV3(operations(), version.gitVersion))))
    documents.set(path, document)
  }
  const urlOf = (path: string, { hash }: Tagged): string => `/openapi/v3/${path}?hash=${hash}`
  const index = lazy(() => {
    const paths = [...documents].map(([path, document]) => [
      path,
      { serverRelativeURL: urlOf(path, document()) },
    ])
    return JSON.stringify({ paths: Object.fromEntries(paths) })
  })
  app.get('/openapi/v3', c => {
    try {
      return sendJson(c, 200, index())
    } catch (error) {
      return sendError(c, error, logger)
    }
  })
  for (const [path, document] of documents) {
    app.get(`/openapi/v3/${path}`, c => {
      const hash = c.req.query('hash')
      if (hash === undefined || hash === document().hash) return sendTagged(c, document())
      // The client knows an older document.
      return send(c, 301, '', 'text/plain', { Location: urlOf(path, document()) })
    })
  }
}
