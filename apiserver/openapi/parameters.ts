/** A parameter of a path or a query, in Kubernetes' words. */
export interface ParameterInfo {
  readonly in: 'path' | 'query'
  readonly type: 'string' | 'integer' | 'boolean'
  readonly description: string
}

const query = (type: ParameterInfo['type'], description: string): ParameterInfo => ({
  in: 'query',
  type,
  description,
})

const path = (description: string): ParameterInfo => ({ in: 'path', type: 'string', description })

/** All that an operation or a path may name. */
export const parameterInfo = {
  name: path('name of the object'),
  namespace: path('object name and auth scope, such as for teams and projects'),
  pretty: query(
    'string',
    "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a browser or command-line HTTP tool (curl and wget).",
  ),
  allowWatchBookmarks: query(
    'boolean',
    'allowWatchBookmarks requests watch events with type "BOOKMARK". If this is not a watch, this field is ignored.',
  ),
  continue: query(
    'string',
    'The continue option should be set when retrieving more results from the server. Clients may only use the continue value from a previous query result with identical query parameters (except for the value of continue). This field is not supported when watch is true.',
  ),
  fieldSelector: query(
    'string',
    'A selector to restrict the list of returned objects by their fields. Defaults to everything.',
  ),
  labelSelector: query(
    'string',
    'A selector to restrict the list of returned objects by their labels. Defaults to everything.',
  ),
  limit: query(
    'integer',
    'limit is a maximum number of responses to return for a list call. If more items exist, the server will set the `continue` field on the list metadata to a value that can be used with the same initial query to retrieve the next set of results. This field is not supported if watch is true.',
  ),
  resourceVersion: query(
    'string',
    'resourceVersion sets a constraint on what resource versions a request may be served from. See https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions for details. Defaults to unset',
  ),
  resourceVersionMatch: query(
    'string',
    'resourceVersionMatch determines how resourceVersion is applied to list calls. See https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions for details. Defaults to unset',
  ),
  sendInitialEvents: query(
    'boolean',
    '`sendInitialEvents=true` may be set together with `watch=true`. In that case, the watch stream will begin with synthetic events to produce the current state of objects in the collection. Once all such events have been sent, a synthetic "Bookmark" event will be sent.',
  ),
  timeoutSeconds: query(
    'integer',
    'Timeout for the list/watch call. This limits the duration of the call, regardless of any activity or inactivity.',
  ),
  watch: query(
    'boolean',
    'Watch for changes to the described resources and return them as a stream of add, update, and remove notifications. Specify resourceVersion.',
  ),
  dryRun: query(
    'string',
    'When present, indicates that modifications should not be persisted. Valid values are: - All: all dry run stages will be processed',
  ),
  fieldManager: query(
    'string',
    'fieldManager is a name associated with the actor or entity that is making these changes. The value must be less than or 128 characters long. This field is required for apply requests (application/apply-patch) but optional for non-apply patch types (JsonPatch, MergePatch, StrategicMergePatch).',
  ),
  fieldValidation: query(
    'string',
    'fieldValidation instructs the server on how to handle objects in the request (POST/PUT/PATCH) containing unknown or duplicate fields. Valid values are: Ignore, Warn, Strict.',
  ),
  force: query(
    'boolean',
    'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people. Force flag must be unset for non-apply patch requests.',
  ),
  gracePeriodSeconds: query(
    'integer',
    'The duration in seconds before the object should be deleted. The value zero indicates delete immediately. If this value is nil, the default grace period for the specified type will be used.',
  ),
  propagationPolicy: query(
    'string',
    "Whether and how garbage collection will be performed. Acceptable values are: 'Orphan' - orphan the dependents; 'Background' - allow the garbage collector to delete the dependents in the background; 'Foreground' - a cascading policy that deletes all dependents in the foreground.",
  ),
} as const satisfies Readonly<Record<string, ParameterInfo>>

export type ParameterName = keyof typeof parameterInfo

/** What every request to a path may say: `{namespace}` and `{name}` of the path, and how the answer looks. */
export const pathParameters = (path: string): readonly ParameterName[] => [
  ...(['namespace', 'name'] as const).filter(name => path.includes(`{${name}}`)),
  'pretty',
]
