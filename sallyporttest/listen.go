package sallyporttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// listen starts the server. Its host has a name, since browsers make no passkeys for an address.
func (s *Service) listen(t testing.TB, secure bool) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*s.handler.Load()).ServeHTTP(w, r)
	}))
	address := srv.Listener.Addr().String()
	host := "localhost" + address[strings.LastIndex(address, ":"):]
	s.transport = &http.Transport{}
	t.Cleanup(s.transport.CloseIdleConnections)
	if !secure {
		s.URL = "http://" + host
		srv.Start()
		return srv
	}
	s.URL = "https://" + host
	certificate, err := selfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate.Leaf)
	s.transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
	srv.StartTLS()
	return srv
}

// selfSigned makes a certificate for a host, good for a day.
func selfSigned(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
