package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
)

var writeCases = []testCase{
	{"write: errors are told by their reason", reasons},
	{"write: a conflict is retried until it is none", conflicts},
	{"write: warnings of unknown fields, and Strict", unknownFields},
	{"write: a dry run stores nothing", dryRun},
	{"write: finalizers hold what is deleted", finalizers},
	{"apply: owners, conflict, force, removal", applied},
	{"apply: extracted, changed and applied again", extracted},
	{"apply: status", appliedStatus},
}

func reasons(ctx context.Context, env *environment) error {
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	made, err := maps.Create(ctx, configMap("one", "a"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	wrongUID := types.UID("00000000-0000-0000-0000-000000000000")
	_, notFound := maps.Get(ctx, "none", metav1.GetOptions{})
	_, exists := maps.Create(ctx, configMap("one", "a"), metav1.CreateOptions{})
	_, invalid := maps.Create(ctx, configMap("Wrong_Name", "a"), metav1.CreateOptions{})
	_, noNamespace := env.clients.CoreV1().ConfigMaps("none").Create(ctx, configMap("one", "a"), metav1.CreateOptions{})
	stale := made.DeepCopy()
	made.Data["key"] = "b"
	if _, err := maps.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	stale.Data["key"] = "c"
	_, conflict := maps.Update(ctx, stale, metav1.UpdateOptions{})
	precondition := maps.Delete(ctx, "one", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &wrongUID}})
	for _, each := range []struct {
		what string
		err  error
		is   func(error) bool
	}{
		{"missing object", notFound, errors.IsNotFound},
		{"object that is there", exists, errors.IsAlreadyExists},
		{"wrong name", invalid, errors.IsInvalid},
		{"missing namespace", noNamespace, errors.IsNotFound},
		{"stale update", conflict, errors.IsConflict},
		{"wrong uid", precondition, errors.IsConflict},
	} {
		if !each.is(each.err) {
			return fmt.Errorf("%s: %v (%s)", each.what, each.err, errors.ReasonForError(each.err))
		}
	}
	causes := invalid.(errors.APIStatus).Status().Details.Causes
	if len(causes) != 1 || causes[0].Field != "metadata.name" {
		return fmt.Errorf("causes of a wrong name: %v", causes)
	}
	return nil
}

func conflicts(ctx context.Context, env *environment) error {
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	if _, err := maps.Create(ctx, configMap("counter", ""), metav1.CreateOptions{}); err != nil {
		return err
	}
	const writers = 8
	failures := make([]error, writers)
	var done sync.WaitGroup
	for writer := range writers {
		done.Go(func() {
			failures[writer] = retry.OnError(retry.DefaultBackoff, errors.IsConflict, func() error {
				return retry.RetryOnConflict(retry.DefaultRetry, func() error {
					found, err := maps.Get(ctx, "counter", metav1.GetOptions{})
					if err != nil {
						return err
					}
					found.Data["key"] += "x"
					_, err = maps.Update(ctx, found, metav1.UpdateOptions{})
					return err
				})
			})
		})
	}
	done.Wait()
	if err := firstOf(failures...); err != nil {
		return err
	}
	found, err := maps.Get(ctx, "counter", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return differs("count", len(found.Data["key"]), writers)
}

// warnings gathers what the server warns of.
type warnings struct{ texts []string }

func (w *warnings) HandleWarningHeader(_ int, _ string, text string) { w.texts = append(w.texts, text) }

func unknownFields(ctx context.Context, env *environment) error {
	seen := &warnings{}
	config := rest.CopyConfig(env.config)
	config.WarningHandler = seen
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	body := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"datum":{"key":"a"}}`
	post := func(name, validation string) error {
		return clients.CoreV1().RESTClient().Post().Namespace(env.namespace).Resource("configmaps").
			Param("fieldValidation", validation).Body([]byte(fmt.Sprintf(body, name))).Do(ctx).Error()
	}
	if err := post("warned", "Warn"); err != nil {
		return err
	}
	if err := differs("warnings", strings.Join(seen.texts, "; "), `unknown field "datum"`); err != nil {
		return err
	}
	if err := post("strict", "Strict"); !errors.IsBadRequest(err) {
		return fmt.Errorf("strict: %v", err)
	}
	return nil
}

func dryRun(ctx context.Context, env *environment) error {
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	made, err := maps.Create(ctx, configMap("dry", "a"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return err
	}
	if made.UID == "" {
		return fmt.Errorf("a dry run gave no uid")
	}
	if _, err := maps.Get(ctx, "dry", metav1.GetOptions{}); !errors.IsNotFound(err) {
		return fmt.Errorf("after the dry run: %v", err)
	}
	return nil
}

func finalizers(ctx context.Context, env *environment) error {
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	held := configMap("held", "a")
	held.Finalizers = []string{"client-go.example/held"}
	if _, err := maps.Create(ctx, held, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "held", metav1.DeleteOptions{}); err != nil {
		return err
	}
	found, err := maps.Get(ctx, "held", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if found.DeletionTimestamp == nil {
		return fmt.Errorf("no deletion timestamp")
	}
	patch := []byte(`[{"op":"remove","path":"/metadata/finalizers"}]`)
	if _, err := maps.Patch(ctx, "held", types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
		return err
	}
	if _, err := maps.Get(ctx, "held", metav1.GetOptions{}); !errors.IsNotFound(err) {
		return fmt.Errorf("without its finalizer: %v", err)
	}
	return nil
}

func applied(ctx context.Context, env *environment) error {
	maps := env.clients.CoreV1().ConfigMaps(env.namespace)
	desired := func(data map[string]string) *coreapply.ConfigMapApplyConfiguration {
		return coreapply.ConfigMap("applied", env.namespace).WithData(data)
	}
	one := metav1.ApplyOptions{FieldManager: "one"}
	if _, err := maps.Apply(ctx, desired(map[string]string{"a": "1", "b": "1"}), one); err != nil {
		return err
	}
	_, err := maps.Apply(ctx, desired(map[string]string{"a": "2"}), metav1.ApplyOptions{FieldManager: "two"})
	if !errors.IsConflict(err) {
		return fmt.Errorf("apply of another's field: %v", err)
	}
	causes := err.(errors.APIStatus).Status().Details.Causes
	if len(causes) != 1 || causes[0].Type != metav1.CauseTypeFieldManagerConflict || causes[0].Field != ".data.a" {
		return fmt.Errorf("causes: %v", causes)
	}
	forced := metav1.ApplyOptions{FieldManager: "two", Force: true}
	if _, err := maps.Apply(ctx, desired(map[string]string{"a": "2"}), forced); err != nil {
		return err
	}
	found, err := maps.Apply(ctx, desired(nil), one)
	if err != nil {
		return err
	}
	return differs("data", fmt.Sprint(found.Data), "map[a:2]")
}

func extracted(ctx context.Context, env *environment) error {
	deployments := env.clients.AppsV1().Deployments(env.namespace)
	labels := map[string]string{"app": "extracted"}
	options := metav1.ApplyOptions{FieldManager: "extractor"}
	desired := appsapply.Deployment("extracted", env.namespace).WithSpec(appsapply.DeploymentSpec().
		WithReplicas(0).
		WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).
		WithTemplate(coreapply.PodTemplateSpec().WithLabels(labels).WithSpec(coreapply.PodSpec().
			WithContainers(coreapply.Container().WithName("main").WithImage("none").
				WithPorts(coreapply.ContainerPort().WithContainerPort(80))))))
	made, err := deployments.Apply(ctx, desired, options)
	if err != nil {
		return err
	}
	own, err := appsapply.ExtractDeployment(made, "extractor")
	if err != nil {
		return err
	}
	if own.Spec.Template.Spec.DNSPolicy != nil {
		return fmt.Errorf("a default is owned: %v", *own.Spec.Template.Spec.DNSPolicy)
	}
	own.Spec.Template.Spec.Containers[0].WithImage("another")
	changed, err := deployments.Apply(ctx, own, options)
	if err != nil {
		return err
	}
	containers := changed.Spec.Template.Spec.Containers
	return firstOf(
		differs("containers", len(containers), 1),
		differs("image", containers[0].Image, "another"),
		differs("ports", len(containers[0].Ports), 1),
		differs("generation", changed.Generation, 2),
	)
}

func appliedStatus(ctx context.Context, env *environment) error {
	pods := env.clients.CoreV1().Pods(env.namespace)
	if _, err := pods.Create(ctx, waitingPod("status"), metav1.CreateOptions{}); err != nil {
		return err
	}
	condition := coreapply.PodCondition().WithType("client-go.example/seen").WithStatus(corev1.ConditionTrue)
	status := coreapply.Pod("status", env.namespace).WithStatus(coreapply.PodStatus().WithConditions(condition))
	found, err := pods.ApplyStatus(ctx, status, metav1.ApplyOptions{FieldManager: "seer"})
	if err != nil {
		return err
	}
	for _, each := range found.Status.Conditions {
		if each.Type == "client-go.example/seen" {
			return nil
		}
	}
	return fmt.Errorf("conditions: %v", found.Status.Conditions)
}
