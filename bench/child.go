package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/sallyport/sallyport"
)

// childWord, as the first argument, makes this program one of the processes that are compared with the server.
const childWord = "child"

// The children. Each is ready when it has printed a line.
const (
	childEmpty = "empty" // an empty handler, served as the server serves
	childHash  = "hash"  // argon2id and nothing else
	childGate  = "gate"  // the server itself, under the profiler: DATABASE KEY PROFILE
)

func child(args []string) error {
	switch {
	case len(args) == 1 && args[0] == childEmpty:
		return serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	case len(args) == 1 && args[0] == childHash:
		return hash()
	case len(args) == 4 && args[0] == childGate:
		return profiled(args[3], func() error { return serveGate(args[1], args[2]) })
	}
	return fmt.Errorf("no such child: %q", args)
}

// serve has the bounds of internal/server, which only cmd may import.
func serve(h http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	context.AfterFunc(ctx, func() { srv.Close() }) //nolint:errcheck // the process ends
	fmt.Printf("ready (listening on %s)\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func serveGate(database, keyFile string) error {
	gate, err := sallyport.Open(context.Background(), sallyport.Config{Database: database, KeyFile: keyFile})
	if err != nil {
		return err
	}
	return errors.Join(serve(gate), gate.Close())
}

func profiled(path string, work func() error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

// What the server's hashes cost: the defaults of internal/factor/password.
const (
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashThreads = 1
	hashBytes   = 32
)

// hash reads lengths of time, one a line, hashes for as long on every core, and prints how many hashes that
// were and how many nanoseconds they took.
func hash() error {
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		d, err := time.ParseDuration(lines.Text())
		if err != nil {
			return err
		}
		done, took := hashFor(d)
		fmt.Println(done, took.Nanoseconds())
	}
	return lines.Err()
}

// hashFor counts what was done at the end, not what was begun: each goroutine's last hash is done by then.
func hashFor(d time.Duration) (done int64, took time.Duration) {
	var all sync.WaitGroup
	var count atomic.Int64
	salt := make([]byte, 16)
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for time.Since(start) < d {
				argon2.IDKey([]byte(seedPassword), salt, hashPasses, hashMemory, hashThreads, hashBytes)
				count.Add(1)
			}
		})
	}
	all.Wait()
	return count.Load(), time.Since(start)
}
