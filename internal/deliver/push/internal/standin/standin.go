// Package standin says that a server on this machine stands in for one push service, so that tests can send without the
// internet.
//
// Use [New] in package pushtest, and nowhere else: the compiler lets only what lies below internal/deliver/push import this
// package, its fields can be set nowhere else, and pushtest asks for a [testing.TB]. It is not for running a push service
// at home: to production code every address that is not public stays out of reach, and no setting changes that.
//
// It trusts nobody: what is no loopback address is refused when it is dialled, whatever was put in here.
package standin

import "crypto/x509"

// Service is where one host's push messages go instead.
type Service struct {
	host, address string
	roots         *x509.CertPool
}

// New returns the stand-in for the host of that name, listening at the address (host and port), with a certificate that
// comes from the roots.
func New(host, address string, roots *x509.CertPool) *Service {
	return &Service{host: host, address: address, roots: roots}
}

// Host is the name of the push service that it stands in for.
func (s *Service) Host() string { return s.host }

// Address is where it listens.
func (s *Service) Address() string { return s.address }

// Roots are whom its certificate comes from.
func (s *Service) Roots() *x509.CertPool { return s.roots }
