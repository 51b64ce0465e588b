import type { DeleteOptions } from '../../api/client.ts'
import { type FieldError, forbidden, notFound } from '../../api/errors.ts'
import { invalidValue } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import { Namespace } from '../../api/kinds/index.ts'
import { propagated } from '../../api/propagation.ts'
import type { Draft } from '../../api/resource.ts'
import { qualifiedName } from '../../api/validation/names.ts'
import { checkText } from '../../api/validation/values.ts'
import type { Caches } from '../watch/caches.ts'
import { checkPreconditions, deletion, type Outcome, released } from './deletion.ts'
import { ensure } from './identity.ts'
import { withEntries } from './ownership.ts'
import { timestamp } from './timestamp.ts'
import { checkSame, type Owners } from './update.ts'

/** These are made at start, as in Kubernetes. */
export const systemNamespaces: readonly string[] = [
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
]

/** These stay. */
const immortalNamespaces: readonly string[] = ['default', 'kube-public', 'kube-system']

/** Refuses to create an object in a namespace that is not there or that is on its way out. */
export const admitToNamespace = async (
  caches: Caches,
  kind: Kind,
  namespace: string,
  name: string,
): Promise<void> => {
  const cache = caches.of(Namespace)
  if (!cache.get(namespace)) await caches.fresh()
  const found = cache.get(namespace)
  if (!found) throw notFound(Namespace, namespace)
  if (found.object.metadata.deletionTimestamp === undefined) return
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(kind, name, message, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}

/**
 * What a DELETE of a namespace does: the first marks it Terminating, so that nothing new comes in. It goes when what is
 * in it is gone: the namespaces controller then takes its finalizer off.
 */
export const namespaceDeletion = (
  namespace: Namespace,
  options: DeleteOptions,
  now: number,
): Outcome<Namespace> => {
  const { metadata } = namespace
  if (immortalNamespaces.includes(metadata.name)) {
    throw forbidden(Namespace, metadata.name, 'this namespace may not be deleted')
  }
  if (options.preconditions) checkPreconditions(Namespace, namespace, options.preconditions)
  if (metadata.deletionTimestamp !== undefined) {
    return Namespace.strategy.held?.(namespace)
      ? { type: 'keep' }
      : deletion(Namespace, namespace, options, now)
  }
  const marked = propagated(Namespace, namespace, options.propagationPolicy)
  return {
    type: 'put',
    object: {
      ...marked,
      metadata: { ...marked.metadata, deletionTimestamp: timestamp(now) },
      status: { ...marked.status, phase: 'Terminating' },
    },
  }
}

/** What a PUT to `/finalize` does: of the draft nothing but the finalizers in the spec is taken. */
export const namespaceFinalization = (
  draft: Draft<Namespace>,
  old: Namespace,
  owners: Owners<Namespace>,
): Outcome<Namespace> => {
  checkSame(Namespace, draft, old.metadata)
  const finalizers = draft.spec?.finalizers ?? []
  ensure(
    Namespace,
    old.metadata.name,
    finalizers.flatMap((each, i) => checkFinalizer(`spec.finalizers[${i}]`, each)),
  )
  const next = { ...old, spec: { ...old.spec, finalizers } }
  return { type: released(Namespace, next) ? 'remove' : 'put', object: withEntries(next, owners(next)) }
}

/** Those that Kubernetes knows need no domain. */
const checkFinalizer = (field: string, finalizer: string): readonly FieldError[] => {
  const wrong = checkText(field, finalizer, qualifiedName)
  if (wrong.length > 0 || finalizer.includes('/') || finalizer === 'kubernetes') return wrong
  return [
    invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
  ]
}
