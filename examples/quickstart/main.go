package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/sallyport/sallyport"
)

func main() {
	gate := sallyport.Must(sallyport.New(sallyport.Config{PublicURL: "http://localhost:8080/auth"}))
	http.Handle("/auth/", gate)
	http.Handle("/", gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %s.", sallyport.SessionFrom(r.Context()).Name())
	})))
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
