package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// maxBody bounds every request body. A password of 1,024 bytes fits, form-encoded, several times.
const maxBody = 16 << 10

// builtInPolicy lets pages load our own style and script and nothing else, and nobody frame them.
const builtInPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"

// policy lets forms end on an application's sign-in page, on whichever host that is, since browsers hold redirects to it as well (CSP 3,
// 6.3.1); and its templates have fonts.
func (s *site) policy() string {
	policy := builtInPolicy
	if at, err := url.Parse(s.elsewhere().LoginPage); err == nil && at.Host != "" {
		policy += " " + at.Scheme + "://" + at.Host
	}
	if s.Templates != nil || s.Layout != nil {
		policy += "; font-src 'self'"
	}
	return policy
}

type requestIDKey struct{}

func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	return id
}

// securityHeaders go on every answer, whatever it is.
func (s *site) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.policy())
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		id := rand.Text()
		h.Set("X-Request-Id", id)
		s.hint(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// survive answers a request that panicked; the process and everybody else go on.
func (s *site) survive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.fail(w, r, s.faceOf(r), fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *site) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxBody {
			w.Header().Set("Connection", "close") // don't read what is refused
			s.fail(w, r, s.faceOf(r), &core.Error{Code: core.CodeTooLarge})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// faceOf tells the face of a request that reached no route.
func (s *site) faceOf(r *http.Request) face {
	if strings.HasPrefix(r.URL.Path, s.path("/api/")) {
		return faceJSON
	}
	return facePage
}

// notFound answers what reached no route: with 405 where another method would have (RFC 9110, 15.5.6).
func (s *site) notFound(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hintPrefix(r)
		allowed := allowedMethods(mux, r)
		if len(allowed) == 0 {
			s.fail(w, r, s.faceOf(r), &core.Error{Code: core.CodeNotFound})
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.fail(w, r, s.faceOf(r), &core.Error{Code: codeMethod, Text: "method.others", Args: []any{strings.Join(allowed, ", ")}})
	})
}

func allowedMethods(mux *http.ServeMux, r *http.Request) (allowed []string) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

func (s *site) crossOrigin(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, s.faceOf(r), errCrossOrigin)
}
