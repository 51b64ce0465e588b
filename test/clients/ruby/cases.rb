# Cases of Ruby's kubeclient. Argument: the server's URL. Prints `ok <case>` or `not ok <case>: <why>`.

require 'kubeclient'

SERVER = ARGV.fetch(0)
CASES = []

def test(name, &run)
  CASES << [name, run]
end

def expect(actual, expected)
  raise "#{actual.inspect} instead of #{expected.inspect}" unless actual == expected
end

def api(path = '/api', version = 'v1')
  Kubeclient::Client.new("#{SERVER}#{path}", version)
end

def fails(code)
  yield
rescue Kubeclient::HttpError => e
  expect(e.error_code, code)
else
  raise "no #{code}"
end

def namespace(core, name)
  core.create_namespace(Kubeclient::Resource.new(metadata: { name: name }))
  name
end

# Nowhere to run: these pods are only looked at.
def pod(name, namespace)
  container = { name: 'main', image: 'busybox:1', command: %w[sleep 1000] }
  Kubeclient::Resource.new(
    metadata: { name: name, namespace: namespace, labels: { app: name } },
    spec: { nodeSelector: { none: 'such' }, containers: [container] }
  )
end

def config_map(name, namespace, data = {}, labels = {})
  Kubeclient::Resource.new(metadata: { name: name, namespace: namespace, labels: labels }, data: data)
end

test 'discovery: entities of v1, apps/v1 and of a custom group' do
  core = api
  core.discover
  expect(core.respond_to?(:get_replication_controller), true)
  expect(core.api_valid?, true)
  expect(api('/apis/apps').tap(&:discover).respond_to?(:get_deployments), true)
  extensions = api('/apis/apiextensions.k8s.io')
  group = 'ruby.example.com'
  schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  extensions.create_custom_resource_definition(
    Kubeclient::Resource.new(
      metadata: { name: "caches.#{group}" },
      spec: {
        group: group,
        scope: 'Namespaced',
        names: { plural: 'caches', singular: 'cache', kind: 'Cache' },
        versions: [{ name: 'v1', served: true, storage: true, schema: schema }]
      }
    )
  )
  custom = api("/apis/#{group}")
  custom.create_cache(Kubeclient::Resource.new(metadata: { name: 'a', namespace: 'default' }, spec: { size: 1 }))
  expect(custom.get_caches(namespace: 'default').map { |cache| cache.spec.size }, [1])
  extensions.delete_custom_resource_definition("caches.#{group}")
end

test 'pods: create, get, update, patch, delete' do
  core = api
  ns = namespace(core, 'ruby-pods')
  made = core.create_pod(pod('web', ns))
  expect(made.spec.restartPolicy, 'Always')
  read = core.get_pod('web', ns)
  read.metadata.labels.tier = 'front'
  expect(core.update_pod(read).metadata.labels.tier, 'front')
  core.patch_pod('web', { metadata: { annotations: { note: 'kept' } } }, ns)
  core.merge_patch_pod('web', { metadata: { labels: { tier: nil } } }, ns)
  core.json_patch_pod('web', [{ op: 'add', path: '/metadata/labels/more', value: '1' }], ns)
  read = core.get_pod('web', ns)
  expect(read.metadata.labels.to_h, { app: 'web', more: '1' })
  expect(read.metadata.annotations.note, 'kept')
  options = Kubeclient::Resource.new(apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0)
  core.delete_pod('web', ns, delete_options: options)
  fails(404) { core.get_pod('web', ns) }
end

test 'services: selectors, namespaces, all of them at once' do
  core = api
  ns = namespace(core, 'ruby-services')
  %w[a b].each do |name|
    core.create_service(
      Kubeclient::Resource.new(
        metadata: { name: name, namespace: ns, labels: { set: name } },
        spec: { selector: { app: name }, ports: [{ port: 80 }] }
      )
    )
  end
  expect(core.get_services(namespace: ns).map { |each| each.metadata.name }, %w[a b])
  expect(core.get_services(label_selector: 'set=b').map { |each| each.metadata.name }, %w[b])
  expect(core.get_services(field_selector: "metadata.name=a,metadata.namespace=#{ns}").size, 1)
  expect(core.all_entities.keys.include?('service'), true)
end

test 'lists in pieces' do
  core = api
  ns = namespace(core, 'ruby-pieces')
  5.times { |at| core.create_config_map(config_map("map-#{at}", ns, {}, set: 'pieces')) }
  names = []
  token = nil
  loop do
    piece = core.get_config_maps(namespace: ns, label_selector: 'set=pieces', limit: 2, continue: token)
    names.concat(piece.map { |each| each.metadata.name })
    token = piece.continue
    break if piece.last?
  end
  expect(names, Array.new(5) { |at| "map-#{at}" })
end

test 'watch: from a revision on, and until it is finished' do
  core = api
  ns = namespace(core, 'ruby-watch')
  revision = core.get_config_maps(namespace: ns).resourceVersion
  core.create_config_map(config_map('a', ns, n: '1'))
  core.merge_patch_config_map('a', { data: { n: '2' } }, ns)
  core.delete_config_map('a', ns)
  told = []
  watcher = core.watch_config_maps(namespace: ns, resource_version: revision, field_selector: 'metadata.name=a')
  watcher.each do |event|
    told << [event.type, event.object.metadata.name, event.object.data.n]
    watcher.finish if event.type == 'DELETED'
  end
  expect(told, [%w[ADDED a 1], %w[MODIFIED a 2], %w[DELETED a 2]])
end

test 'errors: not found, conflict' do
  core = api
  ns = namespace(core, 'ruby-errors')
  fails(404) { core.get_config_map('none', ns) }
  old = core.create_config_map(config_map('a', ns))
  fails(409) { core.create_config_map(config_map('a', ns)) }
  core.merge_patch_config_map('a', { data: { n: '1' } }, ns)
  fails(409) { core.update_config_map(old) }
end

CASES.each do |name, run|
  run.call
  puts "ok #{name}"
rescue StandardError => e
  puts "not ok #{name}: #{e.message.split.join(' ')}"
ensure
  $stdout.flush
end
