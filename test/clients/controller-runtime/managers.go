package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

var managerCases = []testCase{
	{"manager: a reconciler makes what a custom resource owns, follows it, and tells its status", owning},
	{"manager: what is owned is made anew when it is deleted or changed", mending},
	{"manager: what is owned goes with its owner", collected},
	{"manager: a finalizer is heeded", finalized},
	{"manager: a predicate leaves out what is no new generation", filtered},
	{"manager: watches of mapped objects, of metadata alone", mapped},
	{"manager: reads from the cache, and directly", readBothWays},
	{"manager: events of its recorder", recorded},
	{"manager: one is elected, and hands over", elected},
}

const finalizer = group + "/farewell"

// start starts a manager of the case's namespace, which runs until ctx ends; ended is closed then.
func (env *environment) start(ctx context.Context, options manager.Options, setup func(manager.Manager) error) (started manager.Manager, ended chan struct{}, err error) {
	noNamesake := true
	options.Scheme = scheme
	options.Metrics = server.Options{BindAddress: "0"}
	options.Cache = cache.Options{DefaultNamespaces: map[string]cache.Config{env.namespace: {}}}
	options.Controller = config.Controller{SkipNameValidation: &noNamesake}
	made, err := ctrl.NewManager(env.config, options)
	if err != nil {
		return nil, nil, err
	}
	if err := setup(made); err != nil {
		return nil, nil, err
	}
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		_ = made.Start(ctx)
	}()
	return made, ended, nil
}

// painter makes a config map of the widget's color for each of its replicas.
type painter struct {
	client.Client
}

func (p *painter) setup(made manager.Manager) error {
	p.Client = made.GetClient()
	return builder.ControllerManagedBy(made).For(&Widget{}).Owns(&corev1.ConfigMap{}).Complete(p)
}

func (p *painter) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	widget := &Widget{}
	if err := p.Get(ctx, request.NamespacedName, widget); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if !widget.DeletionTimestamp.IsZero() {
		return reconcile.Result{}, p.farewell(ctx, widget)
	}
	for index := range widget.Spec.Replicas {
		owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: widget.Namespace, Name: fmt.Sprintf("%s-%d", widget.Name, index),
		}}
		if _, err := controllerutil.CreateOrUpdate(ctx, p, owned, func() error {
			owned.Data = map[string]string{"color": widget.Spec.Color}
			return controllerutil.SetControllerReference(widget, owned, scheme)
		}); err != nil {
			return reconcile.Result{}, err
		}
	}
	list := &corev1.ConfigMapList{}
	if err := p.List(ctx, list, client.InNamespace(widget.Namespace)); err != nil {
		return reconcile.Result{}, err
	}
	for _, owned := range list.Items {
		var index int32
		if _, err := fmt.Sscanf(owned.Name, widget.Name+"-%d", &index); err != nil || index < widget.Spec.Replicas {
			continue
		}
		if err := client.IgnoreNotFound(p.Delete(ctx, &owned)); err != nil {
			return reconcile.Result{}, err
		}
	}
	before := widget.DeepCopy()
	widget.Status.Replicas = widget.Spec.Replicas
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{
		Type: "Ready", Status: metav1.ConditionTrue, Reason: "Painted", ObservedGeneration: widget.Generation,
	})
	return reconcile.Result{}, p.Status().Patch(ctx, widget, client.MergeFrom(before))
}

// farewell leaves a note, and lets the widget go.
func (p *painter) farewell(ctx context.Context, widget *Widget) error {
	if !controllerutil.ContainsFinalizer(widget, finalizer) {
		return nil
	}
	note := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: widget.Namespace, Name: "farewell"}}
	if err := client.IgnoreAlreadyExists(p.Create(ctx, note)); err != nil {
		return err
	}
	controllerutil.RemoveFinalizer(widget, finalizer)
	return p.Update(ctx, widget)
}

// painted makes a widget of two replicas, which a painter paints.
func (env *environment) painted(ctx context.Context) (*Widget, error) {
	if _, _, err := env.start(ctx, manager.Options{}, new(painter).setup); err != nil {
		return nil, err
	}
	widget := env.widget("one", WidgetSpec{Replicas: 2, Color: "red"})
	widget.Finalizers = []string{finalizer}
	if err := env.client.Create(ctx, widget); err != nil {
		return nil, err
	}
	return widget, env.observed(ctx, widget)
}

// observed waits until the painter has told of the widget's generation, and reads it.
func (env *environment) observed(ctx context.Context, widget *Widget) error {
	return eventually(ctx, "the status tells of the generation", func() (bool, error) {
		err := env.client.Get(ctx, client.ObjectKeyFromObject(widget), widget)
		ready := meta.FindStatusCondition(widget.Status.Conditions, "Ready")
		return ready != nil && ready.ObservedGeneration == widget.Generation, err
	})
}

// colors waits until these config maps are all that belong to the widget.
func (env *environment) colors(ctx context.Context, widget *Widget, want int, color string) error {
	return eventually(ctx, fmt.Sprintf("%d of %s", want, color), func() (bool, error) {
		list := &corev1.ConfigMapList{}
		if err := env.client.List(ctx, list, client.InNamespace(env.namespace)); err != nil {
			return false, err
		}
		owned, fit := 0, 0
		for _, each := range list.Items {
			if metav1.IsControlledBy(&each, widget) {
				owned++
				if each.Data["color"] == color {
					fit++
				}
			}
		}
		return owned == want && fit == want, nil
	})
}

func owning(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	widget, err := env.painted(ctx)
	if err != nil {
		return err
	}
	if err := env.colors(ctx, widget, 2, "red"); err != nil {
		return err
	}
	for _, spec := range []WidgetSpec{{Replicas: 3, Color: "blue"}, {Replicas: 1, Color: "blue"}} {
		before := widget.DeepCopy()
		widget.Spec = spec
		if err := env.client.Patch(ctx, widget, client.MergeFrom(before)); err != nil {
			return err
		}
		if err := firstOf(env.observed(ctx, widget), env.colors(ctx, widget, int(spec.Replicas), spec.Color)); err != nil {
			return err
		}
	}
	return firstOf(differs("generation", widget.Generation, 3), differs("replicas", widget.Status.Replicas, 1))
}

func mending(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	widget, err := env.painted(ctx)
	if err != nil {
		return err
	}
	owned := &corev1.ConfigMap{}
	if err := env.client.Get(ctx, client.ObjectKey{Namespace: env.namespace, Name: "one-0"}, owned); err != nil {
		return err
	}
	before := owned.UID
	if err := env.client.Delete(ctx, owned); err != nil {
		return err
	}
	if err := env.colors(ctx, widget, 2, "red"); err != nil {
		return err
	}
	if err := env.client.Get(ctx, client.ObjectKeyFromObject(owned), owned); err != nil {
		return err
	}
	if owned.UID == before {
		return fmt.Errorf("it is the same that was deleted")
	}
	owned.Data["color"] = "spoiled"
	if err := env.client.Update(ctx, owned); err != nil {
		return err
	}
	return env.colors(ctx, widget, 2, "red")
}

func collected(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	widget, err := env.painted(ctx)
	if err != nil {
		return err
	}
	if err := env.client.Delete(ctx, widget, client.PropagationPolicy(metav1.DeletePropagationBackground)); err != nil {
		return err
	}
	return env.colors(ctx, widget, 0, "")
}

func finalized(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	widget, err := env.painted(ctx)
	if err != nil {
		return err
	}
	if err := env.client.Delete(ctx, widget); err != nil {
		return err
	}
	if err := eventually(ctx, "it is gone", func() (bool, error) {
		err := env.client.Get(ctx, client.ObjectKeyFromObject(widget), widget)
		return errors.IsNotFound(err), client.IgnoreNotFound(err)
	}); err != nil {
		return err
	}
	return env.client.Get(ctx, client.ObjectKey{Namespace: env.namespace, Name: "farewell"}, &corev1.ConfigMap{})
}

func filtered(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	generations := make(chan int64, 100)
	made, _, err := env.start(ctx, manager.Options{}, func(made manager.Manager) error {
		return builder.ControllerManagedBy(made).
			For(&Widget{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
			Complete(reconcile.Func(func(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
				widget := &Widget{}
				err := made.GetClient().Get(ctx, request.NamespacedName, widget)
				generations <- widget.Generation
				return reconcile.Result{}, err
			}))
	})
	if err != nil {
		return err
	}
	next := func(want int64) error {
		select {
		case got := <-generations:
			return differs("generation", got, want)
		case <-ctx.Done():
			return fmt.Errorf("generation %d: %w", want, ctx.Err())
		}
	}
	widget := env.widget("one", WidgetSpec{})
	if err := firstOf(env.client.Create(ctx, widget), next(1)); err != nil {
		return err
	}
	widget.Status.Replicas = 5
	if err := env.client.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Labels = map[string]string{"some": "label"}
	if err := env.client.Update(ctx, widget); err != nil {
		return err
	}
	if err := eventually(ctx, "the cache has the label", func() (bool, error) {
		found := &Widget{}
		err := made.GetClient().Get(ctx, client.ObjectKeyFromObject(widget), found)
		return found.Labels["some"] == "label", err
	}); err != nil {
		return err
	}
	widget.Spec.Color = "red"
	return firstOf(env.client.Update(ctx, widget), next(2))
}

func mapped(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	requests := make(chan string, 100)
	if _, _, err := env.start(ctx, manager.Options{}, func(made manager.Manager) error {
		toWidget := func(_ context.Context, object client.Object) []reconcile.Request {
			name := object.GetAnnotations()["widget"]
			return []reconcile.Request{{NamespacedName: client.ObjectKey{Namespace: object.GetNamespace(), Name: name}}}
		}
		annotated := predicate.NewPredicateFuncs(func(object client.Object) bool {
			return object.GetAnnotations()["widget"] != ""
		})
		return builder.ControllerManagedBy(made).Named("mapped").
			Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(toWidget),
				builder.OnlyMetadata, builder.WithPredicates(annotated)).
			Complete(reconcile.Func(func(_ context.Context, request reconcile.Request) (reconcile.Result, error) {
				requests <- request.Name
				return reconcile.Result{}, nil
			}))
	}); err != nil {
		return err
	}
	other := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: env.namespace, Name: "other"}}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: env.namespace, Name: "secret", Annotations: map[string]string{"widget": "wanted"},
	}}
	if err := firstOf(env.client.Create(ctx, other), env.client.Create(ctx, secret)); err != nil {
		return err
	}
	select {
	case name := <-requests:
		return differs("requested", name, "wanted")
	case <-ctx.Done():
		return fmt.Errorf("a request: %w", ctx.Err())
	}
}

func readBothWays(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	made, _, err := env.start(ctx, manager.Options{}, func(manager.Manager) error { return nil })
	if err != nil {
		return err
	}
	if !made.GetCache().WaitForCacheSync(ctx) {
		return ctx.Err()
	}
	object := env.configMap("one", "a")
	// A read through the client starts the informer; what is written is read there a moment later, directly at once.
	if err := made.GetClient().List(ctx, &corev1.ConfigMapList{}); err != nil {
		return err
	}
	if err := made.GetClient().Create(ctx, object); err != nil {
		return err
	}
	direct := &corev1.ConfigMap{}
	if err := made.GetAPIReader().Get(ctx, client.ObjectKeyFromObject(object), direct); err != nil {
		return err
	}
	cached := &corev1.ConfigMap{}
	err = eventually(ctx, "the cache has it", func() (bool, error) {
		err := made.GetClient().Get(ctx, client.ObjectKeyFromObject(object), cached)
		return err == nil, client.IgnoreNotFound(err)
	})
	return firstOf(err, differs("revision", cached.ResourceVersion, direct.ResourceVersion))
}

func recorded(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	made, _, err := env.start(ctx, manager.Options{}, func(manager.Manager) error { return nil })
	if err != nil {
		return err
	}
	widget := env.widget("one", WidgetSpec{})
	if err := env.client.Create(ctx, widget); err != nil {
		return err
	}
	made.GetEventRecorder("painter").Eventf(widget, nil, corev1.EventTypeNormal, "Painted", "Painting", "in %s", "red")
	return eventually(ctx, "the event", func() (bool, error) {
		list := &eventsv1.EventList{}
		err := env.client.List(ctx, list, client.InNamespace(env.namespace))
		return len(list.Items) == 1 && list.Items[0].Note == "in red" && list.Items[0].Regarding.UID == widget.UID, err
	})
}

func elected(ctx context.Context, env *environment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var leaders atomic.Int32
	lease, renewal, retry := 3*time.Second, 2*time.Second, 200*time.Millisecond
	candidate := func(ctx context.Context) (manager.Manager, chan struct{}, error) {
		return env.start(ctx, manager.Options{
			LeaderElection: true, LeaderElectionID: "painter", LeaderElectionNamespace: env.namespace,
			LeaderElectionReleaseOnCancel: true,
			LeaseDuration:                 &lease, RenewDeadline: &renewal, RetryPeriod: &retry,
		}, func(made manager.Manager) error {
			return made.Add(manager.RunnableFunc(func(ctx context.Context) error {
				leaders.Add(1)
				<-ctx.Done()
				leaders.Add(-1)
				return nil
			}))
		})
	}
	leads := func(ctx context.Context, what string) error {
		return eventually(ctx, what, func() (bool, error) { return leaders.Load() == 1, nil })
	}
	reign, resign := context.WithCancel(ctx)
	defer resign()
	_, ended, err := candidate(reign)
	if err != nil {
		return err
	}
	if err := leads(ctx, "the first leads"); err != nil {
		return err
	}
	second, _, err := candidate(ctx)
	if err != nil {
		return err
	}
	found := &coordinationv1.Lease{}
	key := client.ObjectKey{Namespace: env.namespace, Name: "painter"}
	if err := env.client.Get(ctx, key, found); err != nil {
		return err
	}
	first := *found.Spec.HolderIdentity
	select {
	case <-second.Elected():
		return fmt.Errorf("two lead")
	case <-time.After(time.Second):
	}
	resign()
	<-ended
	if err := leads(ctx, "the second leads"); err != nil {
		return err
	}
	if err := env.client.Get(ctx, key, found); err != nil {
		return err
	}
	if *found.Spec.HolderIdentity == first {
		return fmt.Errorf("the lease is still the first's")
	}
	return nil
}
