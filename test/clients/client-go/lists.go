package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
	watchtools "k8s.io/client-go/tools/watch"
)

var listCases = []testCase{
	{"list: pages, each once", paged},
	{"list: at a revision, exactly and not older than", atRevision},
	{"list: a continue token of nonsense is refused", badToken},
	{"watch: from a list's revision on", watchedFrom},
	{"watch: WatchList ends its initial events with a bookmark", initialEvents},
	{"watch: RetryWatcher", retried},
	{"watch: UntilWithSync", until},
}

const many = 35

func fill(ctx context.Context, env *environment) error {
	for index := range many {
		_, err := env.clients.CoreV1().Secrets(env.namespace).
			Create(ctx, secret(fmt.Sprintf("secret-%02d", index), "a"), metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	return nil
}

func paged(ctx context.Context, env *environment) error {
	if err := fill(ctx, env); err != nil {
		return err
	}
	pages := 0
	listing := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		pages++
		list, err := env.clients.CoreV1().Secrets(env.namespace).List(ctx, options)
		if err == nil && list.Continue != "" {
			if list.RemainingItemCount == nil || *list.RemainingItemCount != int64(many-pages*10) {
				return nil, fmt.Errorf("remaining after page %d: %v", pages, list.RemainingItemCount)
			}
		}
		return list, err
	})
	listing.PageSize = 10
	seen := map[string]bool{}
	err := listing.EachListItem(ctx, metav1.ListOptions{}, func(object runtime.Object) error {
		name := object.(*corev1.Secret).Name
		if seen[name] {
			return fmt.Errorf("%s came twice", name)
		}
		seen[name] = true
		return nil
	})
	return firstOf(err, differs("objects", len(seen), many), differs("pages", pages, 4))
}

func atRevision(ctx context.Context, env *environment) error {
	secrets := env.clients.CoreV1().Secrets(env.namespace)
	made, err := secrets.Create(ctx, secret("early", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if _, err := secrets.Create(ctx, secret("late", "a"), metav1.CreateOptions{}); err != nil {
		return err
	}
	list := func(match metav1.ResourceVersionMatch) (int, error) {
		found, err := secrets.List(ctx, metav1.ListOptions{ResourceVersion: made.ResourceVersion, ResourceVersionMatch: match})
		if err != nil {
			return 0, fmt.Errorf("%s: %w", match, err)
		}
		return len(found.Items), nil
	}
	exact, err := list(metav1.ResourceVersionMatchExact)
	if err != nil {
		return err
	}
	newer, err := list(metav1.ResourceVersionMatchNotOlderThan)
	return firstOf(err, differs("objects then", exact, 1), differs("objects since", newer, 2))
}

func badToken(ctx context.Context, env *environment) error {
	_, err := env.clients.CoreV1().Secrets(env.namespace).List(ctx, metav1.ListOptions{Continue: "nonsense"})
	if !errors.IsBadRequest(err) {
		return fmt.Errorf("%v", err)
	}
	return nil
}

func watchedFrom(ctx context.Context, env *environment) error {
	secrets := env.clients.CoreV1().Secrets(env.namespace)
	list, err := secrets.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	made, err := secrets.Create(ctx, secret("seen", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := secrets.Delete(ctx, "seen", metav1.DeleteOptions{}); err != nil {
		return err
	}
	watching, err := secrets.Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		return err
	}
	defer watching.Stop()
	added := <-watching.ResultChan()
	deleted := <-watching.ResultChan()
	last := deleted.Object.(*corev1.Secret).ResourceVersion
	if last == made.ResourceVersion {
		return fmt.Errorf("the deletion has the creation's revision, %s", last)
	}
	return firstOf(
		differs("first event", added.Type, watch.Added),
		differs("its revision", added.Object.(*corev1.Secret).ResourceVersion, made.ResourceVersion),
		differs("second event", deleted.Type, watch.Deleted),
	)
}

func initialEvents(ctx context.Context, env *environment) error {
	if err := fill(ctx, env); err != nil {
		return err
	}
	yes := true
	watching, err := env.clients.CoreV1().Secrets(env.namespace).Watch(ctx, metav1.ListOptions{
		SendInitialEvents:    &yes,
		AllowWatchBookmarks:  true,
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	})
	if err != nil {
		return err
	}
	defer watching.Stop()
	for count := 0; ; count++ {
		event, open := <-watching.ResultChan()
		if !open {
			return fmt.Errorf("the watch ended after %d events", count)
		}
		if event.Type == watch.Bookmark {
			annotations := event.Object.(*corev1.Secret).Annotations
			return firstOf(
				differs("annotation", annotations[metav1.InitialEventsAnnotationKey], "true"),
				differs("objects before it", count, many),
			)
		}
		if event.Type != watch.Added {
			return fmt.Errorf("event %d: %v", count, event)
		}
	}
}

func retried(ctx context.Context, env *environment) error {
	secrets := env.clients.CoreV1().Secrets(env.namespace)
	list, err := secrets.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	short := int64(1)
	watcher, err := watchtools.NewRetryWatcherWithContext(ctx, list.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.TimeoutSeconds = &short
			return secrets.Watch(ctx, options)
		},
	})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	for index := range 3 {
		name := fmt.Sprint("retried-", index)
		if _, err := secrets.Create(ctx, secret(name, "a"), metav1.CreateOptions{}); err != nil {
			return err
		}
		event, open := <-watcher.ResultChan()
		if !open {
			return fmt.Errorf("the watcher ended before %s", name)
		}
		if event.Type != watch.Added || event.Object.(*corev1.Secret).Name != name {
			return fmt.Errorf("event %d: %v", index, event)
		}
	}
	return nil
}

func until(ctx context.Context, env *environment) error {
	secrets := env.clients.CoreV1().Secrets(env.namespace)
	source := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return secrets.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return secrets.Watch(ctx, options)
		},
	}
	failure := make(chan error, 1)
	go func() {
		_, err := secrets.Create(ctx, secret("awaited", "a"), metav1.CreateOptions{})
		failure <- err
	}()
	_, err := watchtools.UntilWithSync(ctx, source, &corev1.Secret{}, nil, func(event watch.Event) (bool, error) {
		return event.Type == watch.Added && event.Object.(*corev1.Secret).Name == "awaited", nil
	})
	return firstOf(err, <-failure)
}
