// Command controller-runtime runs the parts of controller-runtime that operators are built on against an API server.
//
//	controller-runtime http://127.0.0.1:8888
//
// It prints a line for each case, `ok <name>` or `not ok <name>: <why>`, and exits with 1 if any is not ok.
// What it makes is in namespaces and a definition of its own, which it deletes.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// timeout bounds one case.
const timeout = 60 * time.Second

// testCase is one use of controller-runtime. It has a namespace of its own.
type testCase struct {
	name string
	run  func(ctx context.Context, env *environment) error
}

// environment is what a case is given. The client reads from the server, not from a cache.
type environment struct {
	config    *rest.Config
	client    client.WithWatch
	namespace string
}

var suites = [][]testCase{clientCases, cacheCases, managerCases}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: controller-runtime <URL of the API server> [<part of a case's name>...]")
		os.Exit(2)
	}
	// What the libraries log is no finding: a case says itself what went wrong.
	ctrl.SetLogger(logr.Discard())
	config := &rest.Config{Host: os.Args[1], QPS: 1000, Burst: 1000, UserAgent: "controller-runtime-cases"}
	definitions := envtest.CRDInstallOptions{CRDs: widgetDefinition(group), MaxTime: timeout}
	if _, err := envtest.InstallCRDs(config, definitions); err != nil {
		fmt.Fprintln(os.Stderr, "the definition of widgets:", err)
		os.Exit(1)
	}
	failed := false
	for _, suite := range suites {
		for _, each := range suite {
			if !chosen(each.name, os.Args[2:]) {
				continue
			}
			if err := run(config, each); err != nil {
				failed = true
				fmt.Printf("not ok %s: %s\n", each.name, strings.ReplaceAll(err.Error(), "\n", " "))
			} else {
				fmt.Printf("ok %s\n", each.name)
			}
		}
	}
	if err := envtest.UninstallCRDs(config, definitions); err != nil {
		fmt.Fprintln(os.Stderr, "the definition of widgets:", err)
		failed = true
	}
	if failed {
		os.Exit(1)
	}
}

func chosen(name string, parts []string) bool {
	return len(parts) == 0 || slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
}

func run(config *rest.Config, each testCase) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	direct, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "controller-runtime-"}}
	if err := direct.Create(ctx, namespace); err != nil {
		return fmt.Errorf("namespace: %w", err)
	}
	defer func() {
		if failure := direct.Delete(context.Background(), namespace); err == nil {
			err = failure
		}
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return each.run(ctx, &environment{config: config, client: direct, namespace: namespace.Name})
}

// eventually waits until the condition holds, or tells what was waited for.
func eventually(ctx context.Context, what string, condition func() (bool, error)) error {
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 20*time.Second, true,
		func(context.Context) (bool, error) { return condition() })
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// differs is nil when both are equal.
func differs[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, not %v", what, got, want)
	}
	return nil
}

// firstOf returns the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
