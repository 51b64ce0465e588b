package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/features"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const protobuf = "application/vnd.kubernetes.protobuf"

// gates are client-go's own, but for those that a case turns.
type gates struct {
	features.Gates
	turned map[features.Feature]bool
}

func (g gates) Enabled(feature features.Feature) bool {
	if on, turned := g.turned[feature]; turned {
		return on
	}
	return g.Gates.Enabled(feature)
}

// turning runs a case with features of client-go turned on or off.
func turning(turned map[features.Feature]bool, run func(context.Context, *environment) error) func(context.Context, *environment) error {
	return func(ctx context.Context, env *environment) error {
		own := features.FeatureGates()
		features.ReplaceFeatureGates(gates{own, turned})
		defer features.ReplaceFeatureGates(own)
		return run(ctx, env)
	}
}

var encodingCases = []testCase{
	{"encoding: JSON", lifeInEncoding("application/json", "application/json")},
	{"encoding: protobuf, or JSON in the answer", lifeInEncoding(protobuf, protobuf+",application/json")},
	{"encoding: what client-go chooses itself", lifeInEncoding("", "")},
	{"encoding: CBOR wished for, JSON taken", turning(
		map[features.Feature]bool{features.ClientsAllowCBOR: true, features.ClientsPreferCBOR: true},
		func(ctx context.Context, env *environment) error {
			client, err := dynamic.NewForConfig(env.config)
			if err != nil {
				return err
			}
			resource := client.Resource(corev1.SchemeGroupVersion.WithResource("configmaps")).Namespace(env.namespace)
			// The first write may be refused with 415; the client then goes back to JSON.
			_, _ = resource.Create(ctx, unstructuredConfigMap("cbor", "a"), metav1.CreateOptions{})
			if _, err := resource.Update(ctx, unstructuredConfigMap("cbor", "b"), metav1.UpdateOptions{}); err != nil {
				if _, err := resource.Create(ctx, unstructuredConfigMap("cbor", "b"), metav1.CreateOptions{}); err != nil {
					return err
				}
			}
			found, err := resource.Get(ctx, "cbor", metav1.GetOptions{})
			if err != nil {
				return err
			}
			return differs("value", fmt.Sprint(found.Object["data"]), "map[key:b]")
		})},
}

// lifeInEncoding makes, reads, changes, watches and deletes an object with bodies of one media type.
func lifeInEncoding(content, accept string) func(context.Context, *environment) error {
	return func(ctx context.Context, env *environment) error {
		config := rest.CopyConfig(env.config)
		config.ContentType, config.AcceptContentTypes = content, accept
		clients, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		pods := clients.CoreV1().Pods(env.namespace)
		watch, err := pods.Watch(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		defer watch.Stop()
		made, err := pods.Create(ctx, waitingPod("encoded"), metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("create: %w", err)
		}
		if err := differs("restart policy by default", made.Spec.RestartPolicy, corev1.RestartPolicyAlways); err != nil {
			return err
		}
		event, open := <-watch.ResultChan()
		if !open {
			return fmt.Errorf("the watch ended")
		}
		if pod, isPod := event.Object.(*corev1.Pod); !isPod || pod.UID != made.UID {
			return fmt.Errorf("watched %v", event)
		}
		made.Labels = map[string]string{"changed": "yes"}
		if _, err := pods.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
			return fmt.Errorf("update: %w", err)
		}
		patch := []byte(`{"metadata":{"annotations":{"patched":"yes"}}}`)
		if _, err := pods.Patch(ctx, "encoded", types.StrategicMergePatchType, patch, metav1.PatchOptions{}); err != nil {
			return fmt.Errorf("patch: %w", err)
		}
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: "changed=yes"})
		if err != nil {
			return fmt.Errorf("list: %w", err)
		}
		if err := differs("pods listed", len(list.Items), 1); err != nil {
			return err
		}
		if err := differs("annotation", list.Items[0].Annotations["patched"], "yes"); err != nil {
			return err
		}
		now := int64(0)
		return pods.Delete(ctx, "encoded", metav1.DeleteOptions{
			GracePeriodSeconds: &now,
			Preconditions:      &metav1.Preconditions{UID: &made.UID},
		})
	}
}
