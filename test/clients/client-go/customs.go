package main

import (
	"context"
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/restmapper"
)

var customCases = []testCase{
	{"custom resources: defined, mapped, made, applied, followed", withWidgets(widgetsLive)},
	{"custom resources: what the schema does not allow", withWidgets(widgetsRefused)},
	{"custom resources: status and scale", withWidgets(widgetsSubresources)},
}

// withWidgets gives a case a definition of its own, and the client for what it defines.
func withWidgets(run func(context.Context, *environment, schema.GroupVersionResource) error) func(context.Context, *environment) error {
	return func(ctx context.Context, env *environment) error {
		client, err := apiextensions.NewForConfig(env.config)
		if err != nil {
			return err
		}
		definitions := client.ApiextensionsV1().CustomResourceDefinitions()
		resource := schema.GroupVersionResource{Group: env.namespace + ".example", Version: "v1", Resource: "widgets"}
		definition, err := definitions.Create(ctx, widgetDefinition(resource), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		defer func() {
			_ = definitions.Delete(context.Background(), definition.Name, metav1.DeleteOptions{})
		}()
		err = eventually(ctx, "the definition is established", func() (bool, error) {
			found, err := definitions.Get(ctx, definition.Name, metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			for _, condition := range found.Status.Conditions {
				if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
					return true, nil
				}
			}
			return false, nil
		})
		if err != nil {
			return err
		}
		return run(ctx, env, resource)
	}
}

func widgetDefinition(resource schema.GroupVersionResource) *apiextensionsv1.CustomResourceDefinition {
	replicas, text := ".status.replicas", &apiextensionsv1.JSONSchemaProps{Type: "string"}
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: resource.GroupResource().String()},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: resource.Group,
			Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{
				Kind: "Widget", ListKind: "WidgetList", Plural: "widgets", Singular: "widget", ShortNames: []string{"wd"},
			},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: resource.Version, Served: true, Storage: true,
				Subresources: &apiextensionsv1.CustomResourceSubresources{
					Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
					Scale: &apiextensionsv1.CustomResourceSubresourceScale{
						SpecReplicasPath: ".spec.replicas", StatusReplicasPath: replicas,
					},
				},
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
					Type: "object",
					Properties: map[string]apiextensionsv1.JSONSchemaProps{
						"spec": {Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
							"size":     {Type: "integer"},
							"tags":     {Type: "array", Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: text}},
							"notes":    {Type: "object", AdditionalProperties: &apiextensionsv1.JSONSchemaPropsOrBool{Allows: true, Schema: text}},
							"replicas": {Type: "integer", Default: &apiextensionsv1.JSON{Raw: []byte("1")}},
						}},
						"status": {Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
							"replicas": {Type: "integer"},
						}},
					},
				}},
			}},
		},
	}
}

func widget(resource schema.GroupVersionResource, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": resource.GroupVersion().String(),
		"kind":       "Widget",
		"metadata":   map[string]any{"name": name},
		"spec":       spec,
	}}
}

func widgetsLive(ctx context.Context, env *environment, resource schema.GroupVersionResource) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := eventually(ctx, "the kind is discovered", func() (bool, error) {
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(env.clients.Discovery()))
		mapping, err := mapper.RESTMapping(schema.GroupKind{Group: resource.Group, Kind: "Widget"})
		return err == nil && mapping.Resource == resource, nil
	})
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(env.config)
	if err != nil {
		return err
	}
	told := &log{}
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, env.namespace, nil)
	if _, err := factory.ForResource(resource).Informer().AddEventHandler(told.handler()); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	widgets := client.Resource(resource).Namespace(env.namespace)
	made, err := widgets.Create(ctx, widget(resource, "one", map[string]any{"size": int64(1)}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	replicas, _, err := unstructured.NestedInt64(made.Object, "spec", "replicas")
	if err := firstOf(err, differs("replicas by default", replicas, 1)); err != nil {
		return err
	}
	_, err = widgets.Apply(ctx, "one", widget(resource, "one", map[string]any{"size": int64(2)}),
		metav1.ApplyOptions{FieldManager: "applier", Force: true})
	if err != nil {
		return err
	}
	if err := widgets.Delete(ctx, "one", metav1.DeleteOptions{}); err != nil {
		return err
	}
	return told.await(ctx, "add one", "update one", "delete one")
}

func widgetsRefused(ctx context.Context, env *environment, resource schema.GroupVersionResource) error {
	client, err := dynamic.NewForConfig(env.config)
	if err != nil {
		return err
	}
	widgets := client.Resource(resource).Namespace(env.namespace)
	_, err = widgets.Create(ctx, widget(resource, "wrong", map[string]any{"size": "large"}), metav1.CreateOptions{})
	if !errors.IsInvalid(err) || !strings.Contains(err.Error(), "spec.size") {
		return fmt.Errorf("wrong type: %v", err)
	}
	unknown := widget(resource, "unknown", map[string]any{"colour": "red"})
	_, err = widgets.Create(ctx, unknown, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	if !errors.IsBadRequest(err) {
		return fmt.Errorf("unknown field: %v", err)
	}
	pruned, err := widgets.Create(ctx, unknown, metav1.CreateOptions{FieldValidation: metav1.FieldValidationIgnore})
	if err != nil {
		return err
	}
	if _, found, _ := unstructured.NestedString(pruned.Object, "spec", "colour"); found {
		return fmt.Errorf("an unknown field was kept")
	}
	return nil
}

func widgetsSubresources(ctx context.Context, env *environment, resource schema.GroupVersionResource) error {
	client, err := dynamic.NewForConfig(env.config)
	if err != nil {
		return err
	}
	widgets := client.Resource(resource).Namespace(env.namespace)
	made, err := widgets.Create(ctx, widget(resource, "one", map[string]any{"size": int64(1)}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	made.Object["status"] = map[string]any{"replicas": int64(5)}
	made.Object["spec"] = map[string]any{"size": int64(9)}
	if _, err := widgets.UpdateStatus(ctx, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	scale, err := widgets.Get(ctx, "one", metav1.GetOptions{}, "scale")
	if err != nil {
		return err
	}
	replicas, _, err := unstructured.NestedInt64(scale.Object, "status", "replicas")
	if err := firstOf(err, differs("replicas of the scale", replicas, 5)); err != nil {
		return err
	}
	if err := unstructured.SetNestedField(scale.Object, int64(3), "spec", "replicas"); err != nil {
		return err
	}
	if _, err := widgets.Update(ctx, scale, metav1.UpdateOptions{}, "scale"); err != nil {
		return err
	}
	found, err := widgets.Get(ctx, "one", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return differs("spec", fmt.Sprint(found.Object["spec"]), "map[replicas:3 size:1]")
}
