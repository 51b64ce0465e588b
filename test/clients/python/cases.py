"""Cases of the Python client. Argument: the server's URL. Prints `ok <case>` or `not ok <case>: <why>`."""

import json
import sys
import threading

from kubernetes import client, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

configuration = client.Configuration()
configuration.host = sys.argv[1]
client.Configuration.set_default(configuration)
api = client.ApiClient(configuration)
core = client.CoreV1Api(api)
apps = client.AppsV1Api(api)
cases = []


def case(name):
    def register(run):
        cases.append((name, run))
        return run

    return register


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def fails(status, call, *args, **more):
    try:
        call(*args, **more)
    except ApiException as error:
        expect(error.status, status)
        return error
    raise AssertionError(f"no {status}")


def namespace(name):
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    return name


def pod(name, image="busybox:1"):
    # Nowhere to run: these pods are only looked at.
    return client.V1Pod(
        metadata=client.V1ObjectMeta(name=name, labels={"app": name}),
        spec=client.V1PodSpec(
            node_selector={"none": "such"},
            containers=[client.V1Container(name="main", image=image, command=["sleep", "1000"])],
        ),
    )


def config_map(name, data=None, labels=None):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels), data=data)


@case("version, APIs, resources")
def discovery():
    expect(client.VersionApi(api).get_code().major, "1")
    groups = [group.name for group in client.ApisApi(api).get_api_versions().groups]
    expect([name for name in ("apps", "batch", "coordination.k8s.io") if name not in groups], [])
    names = [resource.name for resource in core.get_api_resources().resources]
    expect("pods/status" in names, True)


@case("pods: create, read, list, patch, replace, delete")
def pods():
    ns = namespace("python-pods")
    made = core.create_namespaced_pod(ns, pod("web"))
    expect(made.spec.restart_policy, "Always")
    expect(made.metadata.creation_timestamp.tzinfo is not None, True)
    expect(core.read_namespaced_pod("web", ns).metadata.uid, made.metadata.uid)
    expect([p.metadata.name for p in core.list_namespaced_pod(ns, label_selector="app=web").items], ["web"])
    found = core.list_pod_for_all_namespaces(field_selector=f"metadata.name=web,metadata.namespace={ns}")
    expect(len(found.items), 1)
    patched = core.patch_namespaced_pod("web", ns, {"metadata": {"labels": {"tier": "front"}}})
    expect(patched.metadata.labels, {"app": "web", "tier": "front"})
    patched.spec.containers[0].image = "busybox:2"
    expect(core.replace_namespaced_pod("web", ns, patched).spec.containers[0].image, "busybox:2")
    core.patch_namespaced_pod_status("web", ns, {"status": {"message": "told"}})
    expect(core.read_namespaced_pod_status("web", ns).status.message, "told")
    core.delete_namespaced_pod("web", ns, grace_period_seconds=0)
    fails(404, core.read_namespaced_pod, "web", ns)


@case("deployments: create, scale, patch, status, delete")
def deployments():
    ns = namespace("python-deployments")
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels={"app": "web"}), spec=pod("web").spec)
    spec = client.V1DeploymentSpec(replicas=0, selector={"matchLabels": {"app": "web"}}, template=template)
    apps.create_namespaced_deployment(ns, client.V1Deployment(metadata={"name": "web"}, spec=spec))
    scale = apps.read_namespaced_deployment_scale("web", ns)
    expect(scale.spec.replicas or 0, 0)
    apps.patch_namespaced_deployment_scale("web", ns, {"spec": {"replicas": 0}})
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox:2"}]}}}}
    patched = apps.patch_namespaced_deployment("web", ns, image)
    container = patched.spec.template.spec.containers[0]
    expect((container.image, container.command), ("busybox:2", ["sleep", "1000"]))
    expect(patched.metadata.generation, 2)
    apps.patch_namespaced_deployment_status("web", ns, {"status": {"observedGeneration": 2}})
    expect(apps.read_namespaced_deployment("web", ns).status.observed_generation, 2)
    apps.delete_namespaced_deployment("web", ns, propagation_policy="Background")
    fails(404, apps.read_namespaced_deployment, "web", ns)


@case("config maps: create, replace with an old revision, delete a collection")
def config_maps():
    ns = namespace("python-config-maps")
    old = core.create_namespaced_config_map(ns, config_map("a", {"n": "1"}, {"set": "one"}))
    newer = core.patch_namespaced_config_map("a", ns, {"data": {"n": "2"}})
    expect(newer.metadata.resource_version != old.metadata.resource_version, True)
    fails(409, core.replace_namespaced_config_map, "a", ns, old)
    core.create_namespaced_config_map(ns, config_map("b", labels={"set": "one"}))
    core.create_namespaced_config_map(ns, config_map("c"))
    core.delete_collection_namespaced_config_map(ns, label_selector="set=one")
    names = [each.metadata.name for each in core.list_namespaced_config_map(ns).items]
    expect([name for name in names if name != "kube-root-ca.crt"], ["c"])


@case("watch: from a list on, and once more from a revision")
def watches():
    ns = namespace("python-watch")
    core.create_namespaced_config_map(ns, config_map("old"))
    listed = core.list_namespaced_config_map(ns).metadata.resource_version

    def write():
        core.create_namespaced_config_map(ns, config_map("new"))
        core.patch_namespaced_config_map("new", ns, {"data": {"n": "1"}})
        core.delete_namespaced_config_map("new", ns)

    def told(revision):
        events, watching = [], watch.Watch()
        for event in watching.stream(core.list_namespaced_config_map, ns, resource_version=revision, timeout_seconds=20):
            events.append((event["type"], event["object"].metadata.name))
            if event["type"] == "DELETED":
                watching.stop()
        return events

    expected = [("ADDED", "new"), ("MODIFIED", "new"), ("DELETED", "new")]
    writer = threading.Timer(0.2, write)
    writer.start()
    expect(told(listed), expected)
    writer.join()
    # The same once more, all of it from the past.
    expect(told(listed), expected)


@case("lists in pieces")
def pieces():
    ns = namespace("python-pieces")
    for at in range(7):
        core.create_namespaced_config_map(ns, config_map(f"map-{at}", labels={"set": "pieces"}))
    names, token = [], None
    while token != "":
        piece = core.list_namespaced_config_map(ns, label_selector="set=pieces", limit=3, _continue=token)
        names += [each.metadata.name for each in piece.items]
        token = piece.metadata._continue or ""
    expect(names, [f"map-{at}" for at in range(7)])


@case("dynamic client: discovery, create, get, server-side apply, watch, delete")
def dynamic_client():
    ns = namespace("python-dynamic")
    resources = dynamic.DynamicClient(api).resources
    maps = resources.get(api_version="v1", kind="ConfigMap")
    expect(resources.get(api_version="apps/v1", kind="Deployment").name, "deployments")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "it"}, "data": {"n": "1"}}
    made = maps.create(body=body, namespace=ns)
    body["data"] = {"n": "2"}
    # It makes no text of a body in this type by itself.
    text = json.dumps(body)
    maps.server_side_apply(body=text, name="it", namespace=ns, field_manager="python", force_conflicts=True)
    expect(maps.get(name="it", namespace=ns).data.n, "2")
    for event in maps.watch(namespace=ns, resource_version=made.metadata.resourceVersion, timeout=10):
        expect((event["type"], event["object"].data.n), ("MODIFIED", "2"))
        break
    maps.delete(name="it", namespace=ns)
    fails(404, maps.get, name="it", namespace=ns)


@case("custom objects: definition, create, patch, status, list, delete")
def custom_objects():
    ns, group = namespace("python-custom"), "python.example.com"
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"caches.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "caches", "kind": "Cache"},
            "versions": [version],
        },
    }
    extensions, custom = client.ApiextensionsV1Api(api), client.CustomObjectsApi(api)
    extensions.create_custom_resource_definition(definition)
    established(extensions, f"caches.{group}")
    where = (group, "v1", ns, "caches")
    cache = {"apiVersion": f"{group}/v1", "kind": "Cache", "metadata": {"name": "a"}, "spec": {"size": 1}}
    custom.create_namespaced_custom_object(*where, cache)
    patched = custom.patch_namespaced_custom_object(*where, "a", {"spec": {"size": 2}})
    expect(patched["metadata"]["generation"], 2)
    custom.patch_namespaced_custom_object_status(*where, "a", {"status": {"phase": "Warm"}})
    [listed] = custom.list_namespaced_custom_object(*where)["items"]
    expect((listed["spec"]["size"], listed["status"]["phase"]), (2, "Warm"))
    custom.delete_namespaced_custom_object(*where, "a")
    fails(404, custom.get_namespaced_custom_object, *where, "a")
    extensions.delete_custom_resource_definition(f"caches.{group}")


def established(extensions, name):
    for event in watch.Watch().stream(
        extensions.list_custom_resource_definition, field_selector=f"metadata.name={name}", timeout_seconds=20
    ):
        conditions = event["object"].status.conditions or []
        if any(each.type == "Established" and each.status == "True" for each in conditions):
            return
    raise AssertionError(f"{name} is not established")


@case("utils.create_from_yaml, and what is there already")
def from_yaml():
    ns = namespace("python-yaml")
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    items = [service, api.sanitize_for_serialization(config_map("it"))]
    items[1].update(apiVersion="v1", kind="ConfigMap")
    for item in items:
        utils.create_from_dict(api, item, namespace=ns)
    expect(core.read_namespaced_service("web", ns).spec.ports[0].protocol, "TCP")
    try:
        utils.create_from_dict(api, service, namespace=ns)
        raise AssertionError("it was created twice")
    except utils.FailToCreateError as error:
        expect([each.status for each in error.api_exceptions], [409])


@case("leader election: one of two leads, and the other after it")
def election():
    ns = namespace("python-election")

    def candidate(name):
        settings = electionconfig.Config(
            # The lock makes a client of its own, from the default configuration.
            ConfigMapLock("lock", ns, name),
            lease_duration=3,
            renew_deadline=2,
            retry_period=1,
            onstarted_leading=print,
            onstopped_leading=None,
        )
        return leaderelection.LeaderElection(settings)

    first, second = candidate("first"), candidate("second")
    expect(first.acquire(), True)
    expect(second.try_acquire_or_renew(), False)
    expect(first.try_acquire_or_renew(), True)
    # It waits until the first one has not renewed the lease for as long as that lasts.
    expect(second.acquire(), True)
    expect(first.try_acquire_or_renew(), False)


@case("errors: not found, already exists, invalid")
def errors():
    ns = namespace("python-errors")
    fails(404, core.read_namespaced_pod, "none", ns)
    core.create_namespaced_config_map(ns, config_map("a"))
    fails(409, core.create_namespaced_config_map, ns, config_map("a"))
    wrong = pod("Wrong_Name")
    expect("metadata.name" in fails(422, core.create_namespaced_pod, ns, wrong).body, True)
    fails(404, core.create_namespaced_config_map, "no-such-namespace", config_map("a"))


for name, run in cases:
    try:
        run()
        print(f"ok {name}", flush=True)
    except Exception as error:  # every failure is told, and the next case goes on
        why = " ".join(str(error).split()) or repr(error)
        print(f"not ok {name}: {why}", flush=True)
