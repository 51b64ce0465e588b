package main

import (
	"context"
	"fmt"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var cacheCases = []testCase{
	{"cache: of one label, and of one name", narrowed},
	{"cache: of a selectable field of a custom resource", narrowedByField},
	{"cache: an index of a field", indexed},
	{"cache: unstructured, and metadata alone", untypedCaches},
	{"cache: an informer tells of what is added, changed and deleted", informed},
}

// startCache starts a cache of the case's namespace; `prepare` is done before.
func (env *environment) startCache(ctx context.Context, options cache.Options, prepare func(cache.Cache) error) (cache.Cache, error) {
	options.Scheme = scheme
	options.DefaultNamespaces = map[string]cache.Config{env.namespace: {}}
	made, err := cache.New(env.config, options)
	if err != nil {
		return nil, err
	}
	if err := prepare(made); err != nil {
		return nil, err
	}
	go func() { _ = made.Start(ctx) }()
	if !made.WaitForCacheSync(ctx) {
		return nil, fmt.Errorf("the cache does not come in step: %w", ctx.Err())
	}
	return made, nil
}

func unprepared(cache.Cache) error { return nil }

// holds waits until a cache has so many objects.
func holds(ctx context.Context, reader client.Reader, list client.ObjectList, count func() int, want int, options ...client.ListOption) error {
	return eventually(ctx, fmt.Sprintf("%d in the cache", want), func() (bool, error) {
		err := reader.List(ctx, list, options...)
		return count() == want, err
	})
}

func narrowed(ctx context.Context, env *environment) error {
	if err := firstOf(
		env.client.Create(ctx, env.configMap("one", "a")),
		env.client.Create(ctx, env.configMap("two", "b")),
		env.client.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: env.namespace, Name: "one"}}),
		env.client.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: env.namespace, Name: "two"}}),
	); err != nil {
		return err
	}
	made, err := env.startCache(ctx, cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.ConfigMap{}: {Label: labels.SelectorFromSet(labels.Set{"value": "a"})},
		&corev1.Secret{}:    {Field: fields.OneTermEqualSelector("metadata.name", "two")},
	}}, unprepared)
	if err != nil {
		return err
	}
	maps, secrets := &corev1.ConfigMapList{}, &corev1.SecretList{}
	if err := firstOf(made.List(ctx, maps), made.List(ctx, secrets)); err != nil {
		return err
	}
	if err := firstOf(differs("config maps", len(maps.Items), 1), differs("secrets", len(secrets.Items), 1)); err != nil {
		return err
	}
	// One enters by its label, the other one leaves.
	two := env.configMap("two", "a")
	if err := env.client.Update(ctx, two); err != nil {
		return err
	}
	if err := holds(ctx, made, maps, func() int { return len(maps.Items) }, 2); err != nil {
		return err
	}
	if err := env.client.Update(ctx, env.configMap("one", "b")); err != nil {
		return err
	}
	err = holds(ctx, made, maps, func() int { return len(maps.Items) }, 1)
	return firstOf(err, differs("left", maps.Items[0].Name, "two"))
}

func narrowedByField(ctx context.Context, env *environment) error {
	red, blue := env.widget("red", WidgetSpec{Color: "red"}), env.widget("blue", WidgetSpec{Color: "blue"})
	if err := firstOf(env.client.Create(ctx, red), env.client.Create(ctx, blue)); err != nil {
		return err
	}
	made, err := env.startCache(ctx, cache.Options{ByObject: map[client.Object]cache.ByObject{
		&Widget{}: {Field: fields.OneTermEqualSelector("spec.color", "red")},
	}}, unprepared)
	if err != nil {
		return err
	}
	list := &WidgetList{}
	count := func() int { return len(list.Items) }
	if err := holds(ctx, made, list, count, 1); err != nil {
		return err
	}
	blue.Spec.Color = "red"
	if err := env.client.Update(ctx, blue); err != nil {
		return err
	}
	return holds(ctx, made, list, count, 2)
}

func indexed(ctx context.Context, env *environment) error {
	made, err := env.startCache(ctx, cache.Options{}, func(made cache.Cache) error {
		return made.IndexField(ctx, &Widget{}, "color", func(object client.Object) []string {
			return []string{object.(*Widget).Spec.Color}
		})
	})
	if err != nil {
		return err
	}
	for name, color := range map[string]string{"one": "red", "two": "red", "three": "blue"} {
		if err := env.client.Create(ctx, env.widget(name, WidgetSpec{Color: color})); err != nil {
			return err
		}
	}
	list := &WidgetList{}
	count := func() int { return len(list.Items) }
	return firstOf(
		holds(ctx, made, list, count, 2, client.MatchingFields{"color": "red"}),
		holds(ctx, made, list, count, 1, client.MatchingFields{"color": "blue"}),
	)
}

func untypedCaches(ctx context.Context, env *environment) error {
	made, err := env.startCache(ctx, cache.Options{}, unprepared)
	if err != nil {
		return err
	}
	if err := env.client.Create(ctx, env.widget("one", WidgetSpec{Color: "red"})); err != nil {
		return err
	}
	kind := groupVersion.WithKind("WidgetList")
	objects := &unstructured.UnstructuredList{}
	objects.SetGroupVersionKind(kind)
	metadata := &metav1.PartialObjectMetadataList{}
	metadata.SetGroupVersionKind(kind)
	if err := firstOf(
		holds(ctx, made, objects, func() int { return len(objects.Items) }, 1),
		holds(ctx, made, metadata, func() int { return len(metadata.Items) }, 1),
	); err != nil {
		return err
	}
	color, _, err := unstructured.NestedString(objects.Items[0].Object, "spec", "color")
	return firstOf(err, differs("color", color, "red"), differs("name", metadata.Items[0].Name, "one"))
}

func informed(ctx context.Context, env *environment) error {
	made, err := env.startCache(ctx, cache.Options{}, unprepared)
	if err != nil {
		return err
	}
	informer, err := made.GetInformer(ctx, &corev1.Secret{})
	if err != nil {
		return err
	}
	var added, changed, deleted atomic.Int32
	if _, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { added.Add(1) },
		UpdateFunc: func(any, any) { changed.Add(1) },
		DeleteFunc: func(any) { deleted.Add(1) },
	}); err != nil {
		return err
	}
	object := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: env.namespace, Name: "one"}}
	if err := env.client.Create(ctx, object); err != nil {
		return err
	}
	object.Data = map[string][]byte{"key": []byte("b")}
	if err := firstOf(env.client.Update(ctx, object), env.client.Delete(ctx, object)); err != nil {
		return err
	}
	if err := eventually(ctx, "all three are told", func() (bool, error) {
		return added.Load() == 1 && changed.Load() >= 1 && deleted.Load() == 1, nil
	}); err != nil {
		return err
	}
	if err := made.Get(ctx, client.ObjectKeyFromObject(object), object); !errors.IsNotFound(err) {
		return fmt.Errorf("what is deleted, of the cache: %v", err)
	}
	return nil
}
