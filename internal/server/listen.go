package server

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// listen opens the port, and settles what depends on which one it is.
func (s Settings) listen(ctx context.Context) (net.Listener, Settings, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return nil, s, s.notListening(err)
	}
	if s.followsListen {
		host, _, _ := net.SplitHostPort(s.Listen)
		_, port, _ := net.SplitHostPort(l.Addr().String())
		s.Gate.PublicURL = loopbackURL(host, port)
	}
	return l, s, nil
}

// notListening says why the port cannot be opened. What may be over by itself is a [Failure].
func (s Settings) notListening(err error) error {
	p := &Problem{Reason: "cannot be listened on: " + lastOf(err), Cure: "Give an address of this machine, or :8080 for all of them"}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		p.Cure = "Stop the program that listens there, or choose another port"
	case errors.Is(err, fs.ErrPermission):
		p.Cure = "Choose a port from 1024 on, or let this user have lower ones (CAP_NET_BIND_SERVICE)"
		return Problems{s.about("listen", p)}
	}
	return &Failure{s.about("listen", p), err}
}

// lastOf is an error without the address and the calls around it.
func lastOf(err error) string {
	var lookup *net.DNSError
	var call *os.SyscallError
	switch {
	case errors.As(err, &lookup):
		return lookup.Err
	case errors.As(err, &call):
		return call.Err.Error()
	}
	return err.Error()
}

// loopbackURL is what a browser on this machine reaches a loopback listener by. It is localhost where that is sure to
// lead there: passkeys don't work with addresses.
func loopbackURL(host, port string) string {
	if host == "127.0.0.1" || host == "" {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
