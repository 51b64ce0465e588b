import { goProgram } from './go-program.ts'

const cases = [
  'envtest: installs definitions, and removes them',
  'client: create, get, list, update, patch, delete, delete all of',
  'client: an update of an old revision is tried again',
  'client: server-side apply, its conflict and its force',
  'client: server-side apply of a custom resource and its status',
  'client: status with conditions, apart from the spec',
  'client: scale as a subresource',
  'client: unstructured, and metadata alone',
  'client: dry run, and strict validation of fields',
  'client: lists in pages',
  'client: watch of a typed list',
  'cache: of one label, and of one name',
  'cache: of a selectable field of a custom resource',
  'cache: an index of a field',
  'cache: unstructured, and metadata alone',
  'cache: an informer tells of what is added, changed and deleted',
  'manager: a reconciler makes what a custom resource owns, follows it, and tells its status',
  'manager: what is owned is made anew when it is deleted or changed',
  'manager: what is owned goes with its owner',
  'manager: a finalizer is heeded',
  'manager: a predicate leaves out what is no new generation',
  'manager: watches of mapped objects, of metadata alone',
  'manager: reads from the cache, and directly',
  'manager: events of its recorder',
  'manager: one is elected, and hands over',
]

const { CONTROLLER_RUNTIME_TESTS: binary } = process.env

/** The program of the folder controller-runtime, where CONTROLLER_RUNTIME_TESTS says that it has been built. */
export const controllerRuntime = goProgram({
  folder: 'controller-runtime',
  module: 'sigs.k8s.io/controller-runtime',
  binary,
  cases,
})
