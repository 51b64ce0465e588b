// Command client-go runs the parts of client-go that programs are built on against an API server.
//
//	client-go http://127.0.0.1:8888
//
// It prints a line for each case, `ok <name>` or `not ok <name>: <why>`, and exits with 1 if any is not ok.
// What it makes is in namespaces and definitions of its own, which it deletes.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

// timeout bounds one case.
const timeout = 60 * time.Second

// testCase is one use of client-go. It has a namespace of its own.
type testCase struct {
	name string
	run  func(ctx context.Context, env *environment) error
}

// environment is what a case is given.
type environment struct {
	config    *rest.Config
	clients   kubernetes.Interface
	namespace string
}

var suites = [][]testCase{discoveryCases, encodingCases, protobufCases, informerCases, writeCases, listCases, customCases, toolCases}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: client-go <URL of the API server> [<part of a case's name>...]")
		os.Exit(2)
	}
	// What the libraries log is no finding: a case says itself what went wrong.
	klog.SetOutput(nowhere{})
	klog.LogToStderr(false)

	failed := false
	for _, suite := range suites {
		for _, each := range suite {
			if !chosen(each.name, os.Args[2:]) {
				continue
			}
			if err := run(os.Args[1], each); err != nil {
				failed = true
				fmt.Printf("not ok %s: %s\n", each.name, strings.ReplaceAll(err.Error(), "\n", " "))
			} else {
				fmt.Printf("ok %s\n", each.name)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func chosen(name string, parts []string) bool {
	return len(parts) == 0 || slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
}

func run(url string, each testCase) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	config := &rest.Config{Host: url, QPS: 1000, Burst: 1000, UserAgent: "client-go-cases"}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	namespaces := clients.CoreV1().Namespaces()
	made, err := namespaces.Create(ctx, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "client-go-"},
	}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("namespace: %w", err)
	}
	defer func() {
		if failure := namespaces.Delete(context.Background(), made.Name, metav1.DeleteOptions{}); err == nil {
			err = failure
		}
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return each.run(ctx, &environment{config: config, clients: clients, namespace: made.Name})
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

type nowhere struct{}

func (nowhere) Write(bytes []byte) (int, error) { return len(bytes), nil }
