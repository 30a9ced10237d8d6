package web

import (
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"
)

// hintEvery is how often the log is told the same of how the service is reached: anybody can send such a request.
const hintEvery = time.Hour

// hints are when the log was told last, in Unix seconds.
type hints struct{ origin, proxy, silent, prefix atomic.Int64 }

// hint tells the log of what makes a service that is set up otherwise fail without a word: browsers that reach it at another
// origin than the public URL, which keep none of its cookies and make no passkeys for it, and a proxy that is not named, or that
// does not say who asks, behind which everybody is one client.
func (s *site) hint(r *http.Request) {
	public := s.PublicURL.Scheme + "://" + s.PublicURL.Host
	if from := r.Header.Get("Origin"); from != "" && from != public && from != "null" && r.Header.Get("Sec-Fetch-Site") == "same-origin" &&
		s.isTime(&s.hints.origin) {
		s.Log.WarnContext(r.Context(), "a browser reaches this service at another origin than its public URL, so that cookies, passkeys and links don't work there; "+
			"make the public URL what stands in the browser's address bar, scheme and port included, or open that address",
			"origin", cut(from, 200), "public_url", public)
	}
	s.hintProxy(r)
}

// hintProxy leaves requests without the header alone that are no POST, since nobody signs in by those: they may be a proxy's
// own, which sees whether the service is well.
func (s *site) hintProxy(r *http.Request) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return
	}
	says, trusted := r.Header.Get("X-Forwarded-For") != "", isTrusted(peer.Addr().Unmap().WithZone(""), s.TrustedProxies)
	switch {
	case says && !trusted && s.isTime(&s.hints.proxy):
		s.Log.WarnContext(r.Context(), "a request has X-Forwarded-For and comes from no trusted proxy: if that is a proxy of yours, name it among the trusted proxies; "+
			"until then all who come through it are one client, and delayed as one",
			"proxy", peer.Addr())
	case !says && trusted && r.Method == http.MethodPost && s.isTime(&s.hints.silent):
		s.Log.WarnContext(r.Context(), "a request comes from a trusted proxy and has no X-Forwarded-For: let the proxy set it to its client's address, "+
			"in nginx with proxy_set_header X-Forwarded-For $remote_addr; until then all who come through it are one client, and delayed as one",
			"proxy", peer.Addr())
	}
}

// hintPrefix tells the log of a request that can find nothing, since its path is not below the public URL's.
func (s *site) hintPrefix(r *http.Request) {
	if s.prefix != "" && !strings.HasPrefix(r.URL.Path, s.path("/")) && s.isTime(&s.hints.prefix) {
		s.Log.WarnContext(r.Context(), "a request reaches the gate with a path that is not below its public URL's, so that nothing is found; "+
			"serve the gate below that path, and strip nothing from it",
			"path", cut(r.URL.Path, 200), "public_url", s.PublicURL.String())
	}
}

// isTime holds once in hintEvery.
func (s *site) isTime(last *atomic.Int64) bool {
	now, before := s.Clock().Unix(), last.Load()
	return now-before >= int64(hintEvery/time.Second) && last.CompareAndSwap(before, now)
}
