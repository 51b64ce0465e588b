package main

import (
	"io"
	"net"
	"sync"
)

// relay passes connections on to an address, until it is told to cut them.
type relay struct {
	listener net.Listener
	target   string
	mutex    sync.Mutex
	apart    bool
	open     map[net.Conn]struct{}
}

func newRelay(target string) (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := &relay{listener: listener, target: target, open: map[net.Conn]struct{}{}}
	go made.accept()
	return made, nil
}

func (r *relay) address() string { return r.listener.Addr().String() }

func (r *relay) close() {
	r.listener.Close()
	r.cut()
}

// cut ends all connections, and takes no new ones.
func (r *relay) cut() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.apart = true
	for connection := range r.open {
		connection.Close()
	}
	clear(r.open)
}

// join takes connections again.
func (r *relay) join() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.apart = false
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.target)
		if err != nil {
			client.Close()
			continue
		}
		if r.admit(client, server) {
			go pass(client, server)
			go pass(server, client)
		}
	}
}

func (r *relay) admit(connections ...net.Conn) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, connection := range connections {
		if r.apart {
			connection.Close()
		} else {
			r.open[connection] = struct{}{}
		}
	}
	return !r.apart
}

// pass copies until either side ends, and then ends both.
func pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	_, _ = io.Copy(to, from)
}
