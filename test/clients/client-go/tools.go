package main

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
)

var toolCases = []testCase{
	{"leader election: one leads, and hands over", elected},
	{"leader election: one that dies is followed", orphaned},
	{"events: the recorder of v1 counts what repeats", recorded},
	{"events: the recorder of events.k8s.io/v1", recordedAnew},
	{"reviews: may I, and who am I", reviewed},
	{"namespaces: a service account by default", serviceAccount},
}

// candidate runs for the lease until its context ends; leads is closed when it leads.
func candidate(ctx context.Context, env *environment, name string, release bool) (leads, ended chan struct{}, err error) {
	leads, ended = make(chan struct{}), make(chan struct{})
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, env.namespace, "leader",
		env.clients.CoreV1(), env.clients.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: name})
	if err != nil {
		return nil, nil, err
	}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:            lock,
		LeaseDuration:   3 * time.Second,
		RenewDeadline:   2 * time.Second,
		RetryPeriod:     200 * time.Millisecond,
		ReleaseOnCancel: release,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(leads) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	go func() {
		defer close(ended)
		elector.Run(ctx)
	}()
	return leads, ended, nil
}

func elected(ctx context.Context, env *environment) error  { return succession(ctx, env, true) }
func orphaned(ctx context.Context, env *environment) error { return succession(ctx, env, false) }

func succession(ctx context.Context, env *environment, release bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first, stop := context.WithCancel(ctx)
	defer stop()
	leads, ended, err := candidate(first, env, "first", release)
	if err != nil {
		return err
	}
	if err := awaited(ctx, "the first leads", leads); err != nil {
		return err
	}
	next, _, err := candidate(ctx, env, "second", release)
	if err != nil {
		return err
	}
	select {
	case <-next:
		return fmt.Errorf("two lead")
	case <-time.After(time.Second):
	}
	stop()
	if err := firstOf(awaited(ctx, "the first has ended", ended), awaited(ctx, "the second leads", next)); err != nil {
		return err
	}
	lease, err := env.clients.CoordinationV1().Leases(env.namespace).Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return differs("holder", *lease.Spec.HolderIdentity, "second")
}

func awaited(ctx context.Context, what string, signal <-chan struct{}) error {
	select {
	case <-signal:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
}

func recorded(ctx context.Context, env *environment) error {
	made, err := env.clients.CoreV1().ConfigMaps(env.namespace).Create(ctx, configMap("regarded", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: env.clients.CoreV1().Events(env.namespace)})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "client-go"})
	for range 3 {
		recorder.Event(made, corev1.EventTypeNormal, "Seen", "it was seen")
	}
	return eventually(ctx, "one event that counts 3", func() (bool, error) {
		list, err := env.clients.CoreV1().Events(env.namespace).Search(scheme.Scheme, made)
		if err != nil {
			return false, err
		}
		return len(list.Items) == 1 && list.Items[0].Count == 3, nil
	})
}

func recordedAnew(ctx context.Context, env *environment) error {
	made, err := env.clients.CoreV1().ConfigMaps(env.namespace).Create(ctx, configMap("regarded", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: env.clients.EventsV1()})
	defer broadcaster.Shutdown()
	if err := broadcaster.StartRecordingToSinkWithContext(ctx); err != nil {
		return err
	}
	recorder := broadcaster.NewRecorder(scheme.Scheme, "client-go.example/recorder")
	// The second of its kind begins a series.
	recorder.Eventf(made, nil, corev1.EventTypeNormal, "Seen", "Seeing", "it was seen")
	one := func(what string, holds func(*eventsv1.Event) bool) error {
		return eventually(ctx, what, func() (bool, error) {
			list, err := env.clients.EventsV1().Events(env.namespace).List(ctx, metav1.ListOptions{})
			if err != nil {
				return false, err
			}
			return len(list.Items) == 1 && holds(&list.Items[0]), nil
		})
	}
	err = one("the event", func(event *eventsv1.Event) bool {
		return event.Regarding.Name == "regarded" && event.Note == "it was seen" && event.ReportingController == "client-go.example/recorder"
	})
	if err != nil {
		return err
	}
	recorder.Eventf(made, nil, corev1.EventTypeNormal, "Seen", "Seeing", "it was seen")
	return one("its series", func(event *eventsv1.Event) bool { return event.Series != nil && event.Series.Count == 2 })
}

func reviewed(ctx context.Context, env *environment) error {
	review, err := env.clients.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "list", Resource: "pods"},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := differs("allowed", review.Status.Allowed, true); err != nil {
		return err
	}
	self, err := env.clients.AuthenticationV1().SelfSubjectReviews().
		Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if self.Status.UserInfo.Username == "" {
		return fmt.Errorf("nobody")
	}
	return nil
}

func serviceAccount(ctx context.Context, env *environment) error {
	return eventually(ctx, "service account default", func() (bool, error) {
		list, err := env.clients.CoreV1().ServiceAccounts(env.namespace).List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=default"})
		return err == nil && len(list.Items) == 1, err
	})
}
