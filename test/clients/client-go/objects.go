package main

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func configMap(name, value string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"case": "client-go"}},
		Data:       map[string]string{"key": value},
	}
}

// Of secrets a namespace has none but those that somebody makes.
func secret(name, value string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Data:       map[string][]byte{"key": []byte(value)},
	}
}

func unstructuredConfigMap(name, value string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata":   map[string]any{"name": name},
		"data":       map[string]any{"key": value},
	}}
}

// waitingPod is one that no scheduler takes.
func waitingPod(name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			SchedulerName: "nobody",
			NodeSelector:  map[string]string{"nowhere": "here"},
			Containers:    []corev1.Container{{Name: "main", Image: "none"}},
		},
	}
}

func makeDeployment(ctx context.Context, env *environment, name string) error {
	labels := map[string]string{"app": name}
	_, err := env.clients.AppsV1().Deployments(env.namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       waitingPod("").Spec,
			},
		},
	}, metav1.CreateOptions{})
	return err
}
