package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

var protobufCases = []testCase{
	{"protobuf alone: the life of an object", inProtobuf(lifeInEncoding(protobuf, protobuf))},
	{"protobuf alone: errors are told by their reason", inProtobuf(reasons)},
	{"protobuf alone: a conflict is retried until it is none", inProtobuf(conflicts)},
	{"protobuf alone: discovery by group", inProtobuf(discoveredByGroup)},
	{"protobuf alone: informer, by WatchList", turning(watchList, inProtobuf(followed(protobuf)))},
	{"protobuf alone: informer, by list and watch", turning(listWatch, inProtobuf(followed(protobuf)))},
	{"protobuf alone: metadata, by WatchList", turning(watchList, inProtobuf(ofMetadata))},
	{"protobuf alone: metadata, by list and watch", turning(listWatch, inProtobuf(ofMetadata))},
	{"protobuf alone: metadata of custom resources", inProtobuf(withWidgets(metadataOfWidgets))},
	{"protobuf alone: every resource reads as in JSON", withWidgets(readsAsInJSON)},
}

// onlyProtobuf takes out of a request what else it would take, and wants every answer, errors too, to be protobuf.
type onlyProtobuf struct{ http.RoundTripper }

func (o onlyProtobuf) RoundTrip(request *http.Request) (*http.Response, error) {
	var wishes []string
	for _, wish := range strings.Split(request.Header.Get("Accept"), ",") {
		if strings.HasPrefix(strings.TrimSpace(wish), protobuf) {
			wishes = append(wishes, wish)
		}
	}
	if len(wishes) == 0 {
		return o.RoundTripper.RoundTrip(request)
	}
	request = request.Clone(request.Context())
	request.Header.Set("Accept", strings.Join(wishes, ","))
	response, err := o.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if content := response.Header.Get("Content-Type"); !strings.HasPrefix(content, protobuf) {
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s %s was answered in %s", request.Method, request.URL, content)
	}
	return response, nil
}

// inProtobuf runs a case with clients that send and take protobuf only.
func inProtobuf(run func(context.Context, *environment) error) func(context.Context, *environment) error {
	return func(ctx context.Context, env *environment) error {
		config := rest.CopyConfig(env.config)
		config.ContentType, config.AcceptContentTypes = protobuf, protobuf
		config.Wrap(func(transport http.RoundTripper) http.RoundTripper { return onlyProtobuf{transport} })
		clients, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		return run(ctx, &environment{config: config, clients: clients, namespace: env.namespace})
	}
}

func discoveredByGroup(_ context.Context, env *environment) error {
	inProtobuf, err := preferred(env, true)
	if err != nil {
		return err
	}
	inJSON, err := preferred(&environment{config: &rest.Config{Host: env.config.Host}}, true)
	if err != nil {
		return err
	}
	if len(inJSON) == 0 || !slices.Equal(inProtobuf, inJSON) {
		return fmt.Errorf("in protobuf: %v, in JSON: %v", inProtobuf, inJSON)
	}
	return nil
}

// readsAsInJSON makes objects with what is written otherwise in protobuf, and reads all there are in both.
func readsAsInJSON(ctx context.Context, env *environment, _ schema.GroupVersionResource) error {
	if err := makeDiverse(ctx, env); err != nil {
		return err
	}
	known := runtime.NewScheme()
	if err := firstOf(scheme.AddToScheme(known), apiextensionsv1.AddToScheme(known)); err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(known).UniversalDeserializer()
	client := env.clients.Discovery().RESTClient()
	list := func(path, media string) (runtime.Object, error) {
		body, err := client.Get().AbsPath(path).SetHeader("Accept", media).Do(ctx).Raw()
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(string(body), "k8s\x00") != (media == protobuf) {
			return nil, fmt.Errorf("%s is not in %s", path, media)
		}
		object, _, err := decoder.Decode(body, nil, nil)
		if err != nil {
			return nil, err
		}
		accessor, err := meta.ListAccessor(object)
		if err == nil {
			accessor.SetResourceVersion("")
		}
		return object, err
	}
	compared := 0
	lists, err := discovery.ServerPreferredResources(env.clients.Discovery())
	if err != nil {
		return err
	}
	for _, each := range lists {
		version, err := schema.ParseGroupVersion(each.GroupVersion)
		if err != nil {
			return err
		}
		for _, resource := range each.APIResources {
			if !known.Recognizes(version.WithKind(resource.Kind)) || !slices.Contains(resource.Verbs, "list") {
				continue
			}
			path := "/apis/" + each.GroupVersion + "/" + resource.Name
			if version.Group == "" {
				path = "/api/" + each.GroupVersion + "/" + resource.Name
			}
			// Something may be written in between.
			err := eventually(ctx, path+" is the same in both", func() (bool, error) {
				inProtobuf, err := list(path, protobuf)
				if err != nil {
					return false, err
				}
				inJSON, err := list(path, "application/json")
				return err == nil && equality.Semantic.DeepEqual(inProtobuf, inJSON), err
			})
			if err != nil {
				return err
			}
			compared++
		}
	}
	if compared < 30 {
		return fmt.Errorf("only %d resources are known", compared)
	}
	return nil
}

func makeDiverse(ctx context.Context, env *environment) error {
	pod := waitingPod("diverse")
	zero, no, always := int64(0), false, corev1.ContainerRestartPolicyAlways
	port, share := intstr.FromString("web"), intstr.FromString("50%")
	pod.Spec.TerminationGracePeriodSeconds, pod.Spec.EnableServiceLinks = &zero, &no
	pod.Spec.Volumes = []corev1.Volume{
		{Name: "empty", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		{Name: "map", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "one"}, Optional: &no,
		}}},
	}
	pod.Spec.InitContainers = []corev1.Container{{Name: "side", Image: "none", RestartPolicy: &always}}
	main := &pod.Spec.Containers[0]
	main.Ports = []corev1.ContainerPort{{Name: "web", ContainerPort: 80}}
	main.Resources.Limits = corev1.ResourceList{"cpu": resource.MustParse("1.5"), "memory": resource.MustParse("1Gi")}
	main.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/ü", Port: port}}}
	main.Env = []corev1.EnvVar{{Name: "EMPTY"}, {Name: "NAME", ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"},
	}}}

	labels := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "diverse"}}
	none := int32(0)
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels.MatchLabels}, Spec: waitingPod("").Spec}
	set := &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "diverse"}, Spec: appsv1.StatefulSetSpec{
		Replicas: &none, Selector: labels, Template: template,
	}}
	now := metav1.NowMicro()
	holder, use := "me", int32(80)
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: "diverse"}, Spec: coordinationv1.LeaseSpec{
		HolderIdentity: &holder, RenewTime: &now, LeaseTransitions: &none,
	}}
	budget := &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "diverse"}, Spec: policyv1.PodDisruptionBudgetSpec{
		MinAvailable: &share, Selector: labels,
	}}
	scaler := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "diverse"}, Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
		ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Kind: "StatefulSet", Name: "diverse", APIVersion: "apps/v1"},
		MaxReplicas:    2,
		Metrics: []autoscalingv2.MetricSpec{{Type: autoscalingv2.ResourceMetricSourceType, Resource: &autoscalingv2.ResourceMetricSource{
			Name: "cpu", Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: &use},
		}}},
	}}
	namespace, clients, options := env.namespace, env.clients, metav1.CreateOptions{}
	_, one := clients.CoreV1().Pods(namespace).Create(ctx, pod, options)
	_, two := clients.CoreV1().Secrets(namespace).Create(ctx, secret("diverse", "\x00\xff"), options)
	_, three := clients.AppsV1().StatefulSets(namespace).Create(ctx, set, options)
	_, four := clients.CoordinationV1().Leases(namespace).Create(ctx, lease, options)
	_, five := clients.PolicyV1().PodDisruptionBudgets(namespace).Create(ctx, budget, options)
	_, six := clients.AutoscalingV2().HorizontalPodAutoscalers(namespace).Create(ctx, scaler, options)
	return firstOf(one, two, three, four, five, six)
}

func metadataOfWidgets(ctx context.Context, env *environment, resource schema.GroupVersionResource) error {
	customs, err := dynamic.NewForConfig(env.config)
	if err != nil {
		return err
	}
	made, err := customs.Resource(resource).Namespace(env.namespace).
		Create(ctx, widget(resource, "one", map[string]any{"size": int64(1)}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	client, err := metadata.NewForConfig(env.config)
	if err != nil {
		return err
	}
	widgets := client.Resource(resource).Namespace(env.namespace)
	found, err := widgets.Get(ctx, "one", metav1.GetOptions{})
	if err != nil {
		return err
	}
	all, err := widgets.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return firstOf(differs("uid", found.UID, made.GetUID()), differs("widgets", len(all.Items), 1))
}
