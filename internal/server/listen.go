package server

import (
	"context"
	"net"
)

// listen opens the port, and settles what depends on which one it is.
func (s Settings) listen(ctx context.Context) (net.Listener, Settings, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return nil, s, err
	}
	if s.followsListen {
		host, _, _ := net.SplitHostPort(s.Listen)
		_, port, _ := net.SplitHostPort(l.Addr().String())
		s.Gate.PublicURL = loopbackURL(host, port)
	}
	return l, s, nil
}

// loopbackURL is what a browser on this machine reaches a loopback listener by. It is localhost where that is sure to
// lead there: passkeys don't work with addresses.
func loopbackURL(host, port string) string {
	if host == "127.0.0.1" || host == "" {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
