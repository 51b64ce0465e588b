import { Observable, type Subscriber } from 'rxjs'
import { fetchFailure } from '../util/fetch-failure.ts'
import type { Logger } from '../util/logger.ts'
import type { Client, DeleteOptions, ListOptions, MergePatch, WatchOptions } from './client.ts'
import { unavailable } from './errors.ts'
import { deepFreeze } from './freeze.ts'
import { jsonLines } from './json-lines.ts'
import { apiVersionOf, type Kind } from './kind.ts'
import type { Binding } from './kinds/binding.ts'
import { Namespace } from './kinds/namespace.ts'
import { Pod } from './kinds/pod.ts'
import type { Draft, Ref, Resource, ResourceList, WatchEvent } from './resource.ts'
import { fromAnswer, fromStatus, type Status, StatusError } from './status.ts'

export interface HttpClientOptions {
  /** `http://host:port` or `https://host:port`, with a path before /api if the server has one. */
  readonly baseUrl: string
  readonly fetch?: typeof globalThis.fetch
  /** Sent with every request: credentials, a user agent. */
  readonly headers?: Readonly<Record<string, string>>
  readonly logger?: Logger
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: URLSearchParams
  readonly body?: object
  /** What the body is; JSON when left out. */
  readonly type?: string
  /** Left out: objects as they are. */
  readonly accept?: string
  readonly signal?: AbortSignal
}

/** What a watch sends. The object of an ERROR is a Status, and the last thing sent. */
type WatchLine<T extends Resource> = WatchEvent<T> | { readonly type: 'ERROR'; readonly object: Status }

/** The API over HTTP: our server's v1 API, which is kube-apiserver's. */
export class HttpClient implements Client {
  readonly #baseUrl: string
  readonly #fetch: typeof globalThis.fetch
  readonly #headers: Readonly<Record<string, string>>
  readonly #logger: Logger | undefined

  constructor({ baseUrl, fetch = globalThis.fetch, headers = {}, logger }: HttpClientOptions) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#fetch = fetch
    this.#headers = { accept: 'application/json', ...headers }
    this.#logger = logger
  }

  get<T extends Resource>(kind: Kind<T>, ref: Ref): Promise<T> {
    return this.#json({ method: 'GET', path: objectPath(kind, ref) })
  }

  async list<T extends Resource>(kind: Kind<T>, options: ListOptions = {}): Promise<ResourceList<T>> {
    const { namespace, metadataOnly, ...query } = options
    const list: ResourceList<T> = await this.#json({
      method: 'GET',
      path: listPath(kind, namespace),
      query: queryOf(query),
      ...(metadataOnly && { accept: partial('PartialObjectMetadataList') }),
    })
    // The list says for all of them what they are.
    const typeMeta = { apiVersion: apiVersionOf(kind), kind: kind.kind }
    return { ...list, items: list.items.map(item => Object.freeze({ ...typeMeta, ...item })) }
  }

  create<T extends Resource>(kind: Kind<T>, object: Draft<T>): Promise<T> {
    return this.#json({
      method: 'POST',
      path: listPath(kind, object.metadata.namespace || 'default'),
      body: { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind },
    })
  }

  update<T extends Resource>(kind: Kind<T>, object: T): Promise<T> {
    return this.#json({ method: 'PUT', path: objectPath(kind, object.metadata), body: object })
  }

  updateStatus<T extends Resource>(kind: Kind<T>, object: T): Promise<T> {
    return this.#json({ method: 'PUT', path: `${objectPath(kind, object.metadata)}/status`, body: object })
  }

  patch<T extends Resource>(kind: Kind<T>, ref: Ref, patch: MergePatch): Promise<T> {
    return this.#json({
      method: 'PATCH',
      path: objectPath(kind, ref),
      body: patch,
      type: 'application/merge-patch+json',
    })
  }

  finalize(namespace: Namespace): Promise<Namespace> {
    const path = `${objectPath(Namespace, namespace.metadata)}/finalize`
    return this.#json({ method: 'PUT', path, body: namespace })
  }

  delete<T extends Resource>(kind: Kind<T>, ref: Ref, options: DeleteOptions = {}): Promise<T> {
    return this.#json({ method: 'DELETE', path: objectPath(kind, ref), body: deleteBody(options) })
  }

  async bind(binding: Draft<Binding>): Promise<Pod> {
    const { namespace = '', name = '' } = binding.metadata
    await this.#json({
      method: 'POST',
      path: bindingPath({ namespace, name }),
      body: { ...binding, apiVersion: 'v1', kind: 'Binding' },
    })
    // The answer is but a Status.
    return this.get(Pod, { namespace, name })
  }

  async unbind(pod: Ref, preconditions: { uid: string; resourceVersion?: string }): Promise<void> {
    await this.#json({ method: 'DELETE', path: bindingPath(pod), body: deleteBody({ preconditions }) })
  }

  async evict(pod: Ref, options: DeleteOptions = {}): Promise<void> {
    await this.#json({
      method: 'POST',
      path: `${objectPath(Pod, pod)}/eviction`,
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: pod.name, namespace: pod.namespace },
        deleteOptions: options,
      },
    })
  }

  watch<T extends Resource>(kind: Kind<T>, options: WatchOptions = {}): Observable<WatchEvent<T>> {
    const { namespace, allowWatchBookmarks, metadataOnly, ...rest } = options
    const bookmarks = allowWatchBookmarks ? { allowWatchBookmarks: '1' } : {}
    const path = listPath(kind, namespace)
    const query = queryOf({ watch: '1', ...rest, ...bookmarks })
    const accept = metadataOnly && { accept: partial('PartialObjectMetadata') }
    return new Observable(subscriber => {
      const abort = new AbortController()
      this.#read({ method: 'GET', path, query, ...accept, signal: abort.signal }, subscriber).then(
        () => subscriber.complete(),
        // Reaches nobody when it is the abort that made the request fail.
        error => subscriber.error(error),
      )
      return () => abort.abort()
    })
  }

  async #read<T extends Resource>(call: Call, subscriber: Subscriber<WatchEvent<T>>): Promise<void> {
    const response = await this.#call(call)
    if (!response.body) return
    try {
      for await (const lines of jsonLines<WatchLine<T>>(response.body)) {
        for (const line of lines) {
          if (line.type === 'ERROR') throw fromStatus(line.object)
          subscriber.next(deepFreeze(line))
        }
      }
    } catch (error) {
      throw this.#failure(error)
    }
  }

  async #json<T>(call: Call): Promise<T> {
    const response = await this.#call(call)
    try {
      return deepFreeze((await response.json()) as T)
    } catch (error) {
      throw this.#failure(error)
    }
  }

  /** The answer to a call that succeeded. */
  async #call({ method, path, query, body, type, accept, signal }: Call): Promise<Response> {
    const target = query?.size ? `${path}?${query}` : path
    try {
      const response = await this.#fetch(`${this.#baseUrl}${target}`, {
        method,
        headers: {
          ...this.#headers,
          ...(accept && { accept }),
          ...(body && { 'content-type': type ?? 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      })
      this.#logger?.verbose(4, 'called the API', { method, target, status: response.status })
      if (response.ok) return response
      throw refusal(response.status, await response.text())
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): StatusError {
    if (error instanceof StatusError) return error
    const remedy = 'check the address, and that the server runs'
    return unavailable(
      `no answer from the API server at ${this.#baseUrl}: ${fetchFailure(error)}; ${remedy}`,
      error,
    )
  }
}

const partial = (as: string): string => `application/json;as=${as};v=v1;g=meta.k8s.io`

/** Where objects of a kind are; without a namespace those of all. */
const listPath = <T extends Resource>(kind: Kind<T>, namespace?: string): string => {
  const prefix = kind.group ? `/apis/${kind.group}` : '/api'
  const scope = kind.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${prefix}/${kind.version}${scope}/${kind.plural}`
}

const objectPath = <T extends Resource>(
  kind: Kind<T>,
  { namespace, name = '' }: { namespace?: string; name?: string },
): string => `${listPath(kind, namespace || 'default')}/${encodeURIComponent(name)}`

const bindingPath = (pod: { namespace?: string; name?: string }): string => `${objectPath(Pod, pod)}/binding`

const queryOf = (options: Readonly<Record<string, string | number | undefined>>): URLSearchParams => {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(options)) if (value !== undefined) query.set(key, String(value))
  return query
}

const deleteBody = (options: DeleteOptions) => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...options })

/** The error that an answer tells: a Status as a rule, plain text when something between has answered. */
const refusal = (code: number, body: string): StatusError => {
  try {
    const status: Status = JSON.parse(body)
    if (status.kind === 'Status') return fromStatus({ ...status, code: status.code ?? code })
  } catch {
    // No JSON: told as it is.
  }
  return fromAnswer(code, body.trim() || `the server answered ${code}`)
}
