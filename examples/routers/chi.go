package routers

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/sallyport/sallyport"
)

// Chi needs no adapter: its middleware has the same type.
func Chi(gate *sallyport.Gate) http.Handler {
	r := chi.NewRouter()
	r.Handle("/auth/*", gate)
	r.With(gate.Require).Get("/", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("Hello, " + sallyport.SessionFrom(r.Context()).Name()))
	})
	return r
}
