package main

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

var clientCases = []testCase{
	{"envtest: installs definitions, and removes them", installed},
	{"client: create, get, list, update, patch, delete, delete all of", written},
	{"client: an update of an old revision is tried again", retried},
	{"client: server-side apply, its conflict and its force", applied},
	{"client: server-side apply of a custom resource and its status", appliedCustom},
	{"client: status with conditions, apart from the spec", conditioned},
	{"client: scale as a subresource", scaled},
	{"client: unstructured, and metadata alone", untyped},
	{"client: dry run, and strict validation of fields", tried},
	{"client: lists in pages", paged},
	{"client: watch of a typed list", watched},
}

func installed(ctx context.Context, env *environment) error {
	definitions := widgetDefinition(env.namespace + ".example")
	options := envtest.CRDInstallOptions{CRDs: definitions, MaxTime: timeout}
	if _, err := envtest.InstallCRDs(env.config, options); err != nil {
		return err
	}
	if err := envtest.UninstallCRDs(env.config, options); err != nil {
		return err
	}
	return eventually(ctx, "the definition is gone", func() (bool, error) {
		found := &apiextensionsv1.CustomResourceDefinition{}
		err := env.client.Get(ctx, client.ObjectKey{Name: definitions[0].Name}, found)
		return errors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

func written(ctx context.Context, env *environment) error {
	object := env.configMap("one", "a")
	key := client.ObjectKeyFromObject(object)
	if err := firstOf(env.client.Create(ctx, object), env.client.Create(ctx, env.configMap("two", "b"))); err != nil {
		return err
	}
	if err := env.client.Create(ctx, env.configMap("one", "a")); !errors.IsAlreadyExists(err) {
		return fmt.Errorf("a second of the name: %v", err)
	}
	found, list := &corev1.ConfigMap{}, &corev1.ConfigMapList{}
	err := firstOf(
		env.client.Get(ctx, key, found),
		env.client.List(ctx, list, client.InNamespace(env.namespace), client.MatchingLabels{"value": "b"}),
	)
	if err != nil {
		return err
	}
	if err := firstOf(differs("data", found.Data["key"], "a"), differs("of the label", len(list.Items), 1)); err != nil {
		return err
	}
	found.Data["key"] = "c"
	if err := env.client.Update(ctx, found); err != nil {
		return err
	}
	before := found.DeepCopy()
	found.Data["more"] = "d"
	if err := env.client.Patch(ctx, found, client.StrategicMergeFrom(before)); err != nil {
		return err
	}
	if err := firstOf(differs("data", found.Data["key"], "c"), differs("more", found.Data["more"], "d")); err != nil {
		return err
	}
	if err := env.client.Delete(ctx, found, client.Preconditions{UID: &found.UID}); err != nil {
		return err
	}
	if err := env.client.Get(ctx, key, found); !errors.IsNotFound(err) {
		return fmt.Errorf("what is deleted: %v", err)
	}
	all := client.MatchingLabels{"value": "b"}
	if err := env.client.DeleteAllOf(ctx, &corev1.ConfigMap{}, client.InNamespace(env.namespace), all); err != nil {
		return err
	}
	if err := env.client.List(ctx, list, client.InNamespace(env.namespace), all); err != nil {
		return err
	}
	return differs("left", len(list.Items), 0)
}

func retried(ctx context.Context, env *environment) error {
	object := env.widget("one", WidgetSpec{Replicas: 1})
	if err := env.client.Create(ctx, object); err != nil {
		return err
	}
	old := object.DeepCopy()
	object.Spec.Replicas = 2
	if err := env.client.Update(ctx, object); err != nil {
		return err
	}
	changed := old.DeepCopy()
	changed.Spec.Color = "red"
	if err := env.client.Update(ctx, changed); !errors.IsConflict(err) {
		return fmt.Errorf("an update of an old revision: %v", err)
	}
	changed = old.DeepCopy()
	changed.Spec.Color = "red"
	locked := client.MergeFromWithOptions(old, client.MergeFromWithOptimisticLock{})
	if err := env.client.Patch(ctx, changed, locked); !errors.IsConflict(err) {
		return fmt.Errorf("a patch of an old revision: %v", err)
	}
	tries := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if tries++; tries > 1 {
			if err := env.client.Get(ctx, client.ObjectKeyFromObject(old), old); err != nil {
				return err
			}
		}
		old.Spec.Color = "red"
		return env.client.Update(ctx, old)
	})
	return firstOf(err, differs("tries", tries, 2), differs("replicas", old.Spec.Replicas, 2))
}

func applied(ctx context.Context, env *environment) error {
	with := func(value string) *corev1apply.ConfigMapApplyConfiguration {
		return corev1apply.ConfigMap("applied", env.namespace).WithData(map[string]string{"key": value})
	}
	if err := env.client.Apply(ctx, with("a"), client.FieldOwner("first")); err != nil {
		return err
	}
	if err := env.client.Apply(ctx, with("b"), client.FieldOwner("second")); !errors.IsConflict(err) {
		return fmt.Errorf("what another owns: %v", err)
	}
	if err := env.client.Apply(ctx, with("b"), client.FieldOwner("second"), client.ForceOwnership); err != nil {
		return err
	}
	nothing := corev1apply.ConfigMap("applied", env.namespace)
	if err := env.client.Apply(ctx, nothing, client.FieldOwner("second")); err != nil {
		return err
	}
	found := &corev1.ConfigMap{}
	err := env.client.Get(ctx, client.ObjectKey{Namespace: env.namespace, Name: "applied"}, found)
	return firstOf(err, differs("entries that nobody owns", len(found.Data), 0))
}

func appliedCustom(ctx context.Context, env *environment) error {
	with := func(field string, value map[string]any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": groupVersion.String(),
			"kind":       "Widget",
			"metadata":   map[string]any{"namespace": env.namespace, "name": "applied"},
			field:        value,
		}}
	}
	spec := client.ApplyConfigurationFromUnstructured(with("spec", map[string]any{"replicas": int64(2)}))
	status := client.ApplyConfigurationFromUnstructured(with("status", map[string]any{"replicas": int64(1)}))
	err := firstOf(
		env.client.Apply(ctx, spec, client.FieldOwner("user")),
		env.client.Status().Apply(ctx, status, client.FieldOwner("controller")),
	)
	if err != nil {
		return err
	}
	found := &Widget{}
	err = env.client.Get(ctx, client.ObjectKey{Namespace: env.namespace, Name: "applied"}, found)
	if err != nil {
		return err
	}
	owners := map[string]string{}
	for _, entry := range found.ManagedFields {
		owners[entry.Manager] = string(entry.Operation) + " " + entry.Subresource
	}
	return firstOf(
		differs("replicas", found.Spec.Replicas, 2),
		differs("replicas of the status", found.Status.Replicas, 1),
		differs("owner of the spec", owners["user"], "Apply "),
		differs("owner of the status", owners["controller"], "Apply status"),
	)
}

func conditioned(ctx context.Context, env *environment) error {
	object := env.widget("one", WidgetSpec{Replicas: 1})
	object.Status.Replicas = 7
	if err := env.client.Create(ctx, object); err != nil {
		return err
	}
	if err := differs("replicas of a status that was created", object.Status.Replicas, 0); err != nil {
		return err
	}
	meta.SetStatusCondition(&object.Status.Conditions, metav1.Condition{
		Type: "Ready", Status: metav1.ConditionTrue, Reason: "Made", ObservedGeneration: object.Generation,
	})
	object.Spec.Replicas = 9
	if err := env.client.Status().Update(ctx, object); err != nil {
		return err
	}
	before := object.DeepCopy()
	meta.SetStatusCondition(&object.Status.Conditions, metav1.Condition{
		Type: "Ready", Status: metav1.ConditionFalse, Reason: "Changed",
	})
	object.Spec.Replicas = 9
	if err := env.client.Status().Patch(ctx, object, client.MergeFrom(before)); err != nil {
		return err
	}
	return firstOf(
		differs("replicas", object.Spec.Replicas, 1),
		differs("generation", object.Generation, 1),
		differs("ready", meta.IsStatusConditionFalse(object.Status.Conditions, "Ready"), true),
	)
}

func scaled(ctx context.Context, env *environment) error {
	object := env.widget("one", WidgetSpec{Replicas: 1})
	if err := env.client.Create(ctx, object); err != nil {
		return err
	}
	scale := &autoscalingv1.Scale{}
	if err := env.client.SubResource("scale").Get(ctx, object, scale); err != nil {
		return err
	}
	if err := differs("replicas of the scale", scale.Spec.Replicas, 1); err != nil {
		return err
	}
	scale.Spec.Replicas = 3
	if err := env.client.SubResource("scale").Update(ctx, object, client.WithSubResourceBody(scale)); err != nil {
		return err
	}
	err := env.client.Get(ctx, client.ObjectKeyFromObject(object), object)
	return firstOf(err, differs("replicas", object.Spec.Replicas, 3))
}

func untyped(ctx context.Context, env *environment) error {
	if err := env.client.Create(ctx, env.widget("one", WidgetSpec{Color: "red"})); err != nil {
		return err
	}
	kind := groupVersion.WithKind("Widget")
	key := client.ObjectKey{Namespace: env.namespace, Name: "one"}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kind)
	if err := env.client.Get(ctx, key, object); err != nil {
		return err
	}
	color, _, err := unstructured.NestedString(object.Object, "spec", "color")
	if err := firstOf(err, differs("color", color, "red")); err != nil {
		return err
	}
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(kind)
	if err := env.client.Get(ctx, key, metadata); err != nil {
		return err
	}
	before := metadata.DeepCopy()
	metadata.Labels = map[string]string{"seen": "yes"}
	if err := env.client.Patch(ctx, metadata, client.MergeFrom(before)); err != nil {
		return err
	}
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(groupVersion.WithKind("WidgetList"))
	err = env.client.List(ctx, list, client.InNamespace(env.namespace), client.HasLabels{"seen"})
	return firstOf(err, differs("listed", len(list.Items), 1))
}

func tried(ctx context.Context, env *environment) error {
	object := env.widget("one", WidgetSpec{})
	if err := client.NewDryRunClient(env.client).Create(ctx, object); err != nil {
		return err
	}
	if err := env.client.Get(ctx, client.ObjectKeyFromObject(object), object); !errors.IsNotFound(err) {
		return fmt.Errorf("what was only tried: %v", err)
	}
	wrong := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": groupVersion.String(),
		"kind":       "Widget",
		"metadata":   map[string]any{"namespace": env.namespace, "name": "wrong"},
		"spec":       map[string]any{"colour": "red"},
	}}
	strict := client.WithFieldValidation(env.client, metav1.FieldValidationStrict)
	if err := strict.Create(ctx, wrong); !errors.IsBadRequest(err) {
		return fmt.Errorf("a field that is unknown: %v", err)
	}
	return nil
}

func paged(ctx context.Context, env *environment) error {
	for index := range 5 {
		if err := env.client.Create(ctx, env.widget(fmt.Sprintf("w-%d", index), WidgetSpec{})); err != nil {
			return err
		}
	}
	seen, pages, next := 0, 0, ""
	for pages == 0 || next != "" {
		list := &WidgetList{}
		err := env.client.List(ctx, list, client.InNamespace(env.namespace), client.Limit(2), client.Continue(next))
		if err != nil {
			return err
		}
		seen, pages, next = seen+len(list.Items), pages+1, list.Continue
	}
	return firstOf(differs("listed", seen, 5), differs("pages", pages, 3))
}

func watched(ctx context.Context, env *environment) error {
	watching, err := env.client.Watch(ctx, &WidgetList{}, client.InNamespace(env.namespace))
	if err != nil {
		return err
	}
	defer watching.Stop()
	object := env.widget("one", WidgetSpec{})
	if err := env.client.Create(ctx, object); err != nil {
		return err
	}
	if err := env.client.Delete(ctx, object); err != nil {
		return err
	}
	for _, wanted := range []watch.EventType{watch.Added, watch.Deleted} {
		select {
		case event := <-watching.ResultChan():
			if err := differs("event", event.Type, wanted); err != nil {
				return err
			}
			if _, typed := event.Object.(*Widget); !typed {
				return fmt.Errorf("the event has a %T", event.Object)
			}
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", wanted, ctx.Err())
		}
	}
	return nil
}
