package main

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
)

var discoveryCases = []testCase{
	{"discovery: the server's version", func(_ context.Context, env *environment) error {
		version, err := env.clients.Discovery().ServerVersion()
		if err != nil {
			return err
		}
		return differs("major version", version.Major, "1")
	}},
	{"discovery: aggregated and by group tell the same", func(_ context.Context, env *environment) error {
		aggregated, err := preferred(env, false)
		if err != nil {
			return err
		}
		byGroup, err := preferred(env, true)
		if err != nil {
			return err
		}
		for _, resource := range []string{"pods", "deployments.apps", "leases.coordination.k8s.io", "jobs.batch"} {
			if !slices.Contains(aggregated, resource) {
				return fmt.Errorf("%s is not discovered", resource)
			}
		}
		if !slices.Equal(aggregated, byGroup) {
			return fmt.Errorf("aggregated: %v, by group: %v", aggregated, byGroup)
		}
		return nil
	}},
	{"discovery: OpenAPI v3 has every group and version", func(_ context.Context, env *environment) error {
		paths, err := env.clients.Discovery().OpenAPIV3().Paths()
		if err != nil {
			return err
		}
		groups, err := env.clients.Discovery().ServerGroups()
		if err != nil {
			return err
		}
		for _, group := range groups.Groups {
			for _, version := range group.Versions {
				path := "apis/" + version.GroupVersion
				if group.Name == "" {
					path = "api/" + version.GroupVersion
				}
				document, found := paths[path]
				if !found {
					return fmt.Errorf("no document of %s", path)
				}
				if _, err := document.Schema("application/json"); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				if _, err := document.Schema("application/com.github.proto-openapi.spec.v3@v1.0+protobuf"); err != nil {
					return fmt.Errorf("%s in protobuf: %w", path, err)
				}
			}
		}
		return nil
	}},
	{"discovery: OpenAPI v2 in protobuf", func(_ context.Context, env *environment) error {
		document, err := env.clients.Discovery().OpenAPISchema()
		if err != nil {
			return err
		}
		return differs("version of Swagger", document.Swagger, "2.0")
	}},
	{"restmapper: kinds, resources and short names", func(_ context.Context, env *environment) error {
		cached := memory.NewMemCacheClient(env.clients.Discovery())
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
		mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"}, "v1")
		if err != nil {
			return err
		}
		if err := differs("resource", mapping.Resource.Resource, "deployments"); err != nil {
			return err
		}
		expander := restmapper.NewShortcutExpander(mapper, cached, func(string) {})
		kind, err := expander.KindFor(schema.GroupVersionResource{Resource: "deploy"})
		if err != nil {
			return err
		}
		return differs("kind", kind, schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"})
	}},
	{"scale: read and written through its subresource", func(ctx context.Context, env *environment) error {
		if err := makeDeployment(ctx, env, "scaled"); err != nil {
			return err
		}
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(env.clients.Discovery()))
		scales, err := scale.NewForConfig(env.config, mapper, dynamicPaths, scale.NewDiscoveryScaleKindResolver(env.clients.Discovery()))
		if err != nil {
			return err
		}
		deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
		found, err := scales.Scales(env.namespace).Get(ctx, deployments, "scaled", metav1.GetOptions{})
		if err != nil {
			return err
		}
		found.Spec.Replicas = 3
		if _, err := scales.Scales(env.namespace).Update(ctx, deployments, found, metav1.UpdateOptions{}); err != nil {
			return err
		}
		deployment, err := env.clients.AppsV1().Deployments(env.namespace).Get(ctx, "scaled", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return differs("replicas", *deployment.Spec.Replicas, 3)
	}},
}

// dynamicPaths says under which root a group and version is served.
func dynamicPaths(kind schema.GroupVersionKind) string {
	if kind.Group == "" {
		return "/api"
	}
	return "/apis"
}

// preferred is every resource in its preferred version, sorted, without subresources.
func preferred(env *environment, legacy bool) ([]string, error) {
	client, err := discovery.NewDiscoveryClientForConfig(env.config)
	if err != nil {
		return nil, err
	}
	client.UseLegacyDiscovery = legacy
	lists, err := client.ServerPreferredResources()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, list := range lists {
		group, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, resource := range list.APIResources {
			names = append(names, group.WithResource(resource.Name).GroupResource().String())
		}
	}
	slices.Sort(names)
	return names, nil
}
