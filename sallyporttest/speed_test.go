package sallyporttest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

func BenchmarkSignUpAndIn(b *testing.B) {
	for b.Loop() {
		whole(b)
	}
}

func whole(b *testing.B) {
	began := time.Now()
	s := sallyporttest.Open(b, sallyport.Config{})
	opened := time.Since(began)
	mux := http.NewServeMux()
	mux.Handle("/auth/", s.Gate)
	mux.Handle("/", s.Gate.RequireAAL2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})))
	s.Serve(mux)
	ana := s.NewPerson(b, "ana", &sallyporttest.CodeApp{})
	registered := time.Since(began)
	c := s.SignIn(b, ana)
	res, err := c.Get(s.URL + "/")
	if err != nil || res.StatusCode != 200 || res.Request.URL.Path != "/" {
		b.Fatal(res, err)
	}
	res.Body.Close()
	b.Log(opened, registered-opened, time.Since(began)-registered)
}
