package main

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/features"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

var (
	watchList = map[features.Feature]bool{features.WatchListClient: true}
	listWatch = map[features.Feature]bool{features.WatchListClient: false}
)

var informerCases = []testCase{
	{"informer: all that changes, by WatchList", turning(watchList, followed(""))},
	{"informer: all that changes, by list and watch", turning(listWatch, followed(""))},
	{"informer: WatchList in protobuf", turning(watchList, followed(protobuf))},
	{"informer: list and watch in protobuf", turning(listWatch, followed(protobuf))},
	{"informer: goes on over a lost connection, by WatchList", turning(watchList, overLostConnection)},
	{"informer: goes on over a lost connection, by list and watch", turning(listWatch, overLostConnection)},
	{"informer: objects enter and leave a label selector", selected},
	{"informer: objects enter and leave a field selector", selectedByField},
	{"informer: metadata alone, by WatchList", turning(watchList, ofMetadata)},
	{"informer: metadata alone, by list and watch", turning(listWatch, ofMetadata)},
}

// log is what an informer told, one line for each event.
type log struct {
	mutex sync.Mutex
	lines []string
}

func (l *log) add(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.lines = append(l.lines, line)
}

func (l *log) has(line string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, each := range l.lines {
		if each == line {
			return true
		}
	}
	return false
}

func (l *log) await(ctx context.Context, lines ...string) error {
	for _, line := range lines {
		err := eventually(ctx, line, func() (bool, error) { return l.has(line), nil })
		if err != nil {
			return fmt.Errorf("%w (told: %v)", err, l.lines)
		}
	}
	return nil
}

func (l *log) handler() cache.ResourceEventHandler {
	describe := func(what string, object any) {
		if gone, unknown := object.(cache.DeletedFinalStateUnknown); unknown {
			object = gone.Obj
		}
		switch seen := object.(type) {
		case *corev1.ConfigMap:
			l.add(what + " " + seen.Name + " " + seen.Data["key"])
		case metav1.Object:
			l.add(what + " " + seen.GetName())
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { describe("add", object) },
		UpdateFunc: func(_, object any) { describe("update", object) },
		DeleteFunc: func(object any) { describe("delete", object) },
	}
}

// follow starts an informer of the namespace's config maps.
func follow(ctx context.Context, clients kubernetes.Interface, namespace string, tweak func(*metav1.ListOptions)) (*log, error) {
	told := &log{}
	factory := informers.NewSharedInformerFactoryWithOptions(clients, 0,
		informers.WithNamespace(namespace), informers.WithTweakListOptions(tweak))
	informer := factory.Core().V1().ConfigMaps().Informer()
	if _, err := informer.AddEventHandler(told.handler()); err != nil {
		return nil, err
	}
	factory.Start(ctx.Done())
	return told, eventually(ctx, "informer has synced", func() (bool, error) { return informer.HasSynced(), nil })
}

// followed sees what was there before and everything after.
func followed(content string) func(context.Context, *environment) error {
	return func(ctx context.Context, env *environment) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		config := rest.CopyConfig(env.config)
		config.ContentType = content
		clients, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		maps := clients.CoreV1().ConfigMaps(env.namespace)
		before, err := maps.Create(ctx, configMap("before", "a"), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		told, err := follow(ctx, clients, env.namespace, nil)
		if err != nil {
			return err
		}
		if _, err := maps.Create(ctx, configMap("after", "a"), metav1.CreateOptions{}); err != nil {
			return err
		}
		before.Data["key"] = "b"
		if _, err := maps.Update(ctx, before, metav1.UpdateOptions{}); err != nil {
			return err
		}
		if err := maps.Delete(ctx, "before", metav1.DeleteOptions{}); err != nil {
			return err
		}
		return told.await(ctx, "add before a", "add after a", "update before b", "delete before b")
	}
}

// overLostConnection changes things while the informer has no connection.
func overLostConnection(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	target, err := url.Parse(env.config.Host)
	if err != nil {
		return err
	}
	relay, err := newRelay(target.Host)
	if err != nil {
		return err
	}
	defer relay.close()
	config := rest.CopyConfig(env.config)
	config.Host = "http://" + relay.address()
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	before, err := maps.Create(ctx, configMap("before", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	told, err := follow(ctx, clients, env.namespace, nil)
	if err != nil {
		return err
	}
	for round := range 3 {
		relay.cut()
		before.Data["key"] = fmt.Sprint(round)
		if before, err = maps.Update(ctx, before, metav1.UpdateOptions{}); err != nil {
			return err
		}
		name := fmt.Sprint("made-", round)
		if _, err := maps.Create(ctx, configMap(name, "a"), metav1.CreateOptions{}); err != nil {
			return err
		}
		relay.join()
		if err := told.await(ctx, fmt.Sprint("update before ", round), "add "+name+" a"); err != nil {
			return err
		}
	}
	relay.cut()
	if err := maps.Delete(ctx, "before", metav1.DeleteOptions{}); err != nil {
		return err
	}
	relay.join()
	return told.await(ctx, "delete before 2")
}

func selected(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	told, err := follow(ctx, env.clients, env.namespace, func(options *metav1.ListOptions) {
		options.LabelSelector = "case in (wanted)"
	})
	if err != nil {
		return err
	}
	object, err := maps.Create(ctx, configMap("labelled", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	for _, step := range []struct{ label, told string }{
		{"wanted", "add labelled a"},
		{"unwanted", "delete labelled a"},
	} {
		object.Labels["case"] = step.label
		if object, err = maps.Update(ctx, object, metav1.UpdateOptions{}); err != nil {
			return err
		}
		if err := told.await(ctx, step.told); err != nil {
			return err
		}
	}
	return nil
}

func selectedByField(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told := &log{}
	source := cache.NewListWatchFromClient(env.clients.CoreV1().RESTClient(), "pods", env.namespace,
		fields.OneTermEqualSelector("spec.nodeName", ""))
	informer := cache.NewSharedInformer(source, &corev1.Pod{}, 0)
	if _, err := informer.AddEventHandler(told.handler()); err != nil {
		return err
	}
	go informer.RunWithContext(ctx)
	pods := env.clients.CoreV1().Pods(env.namespace)
	if _, err := pods.Create(ctx, waitingPod("unbound"), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := told.await(ctx, "add unbound"); err != nil {
		return err
	}
	err := pods.Bind(ctx, &corev1.Binding{
		ObjectMeta: metav1.ObjectMeta{Name: "unbound"},
		Target:     corev1.ObjectReference{Kind: "Node", Name: "nowhere"},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return told.await(ctx, "delete unbound")
}

func ofMetadata(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client, err := metadata.NewForConfig(env.config)
	if err != nil {
		return err
	}
	resource := corev1.SchemeGroupVersion.WithResource("configmaps")
	told := &log{}
	factory := metadatainformer.NewFilteredSharedInformerFactory(client, 10*time.Minute, env.namespace, nil)
	if _, err := factory.ForResource(resource).Informer().AddEventHandler(told.handler()); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	if _, err := maps.Create(ctx, configMap("known", "a"), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := told.await(ctx, "add known"); err != nil {
		return err
	}
	err = client.Resource(resource).Namespace(env.namespace).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return told.await(ctx, "delete known")
}
