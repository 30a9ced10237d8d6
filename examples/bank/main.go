// Command bank keeps accounts and sends payments, each only with a fresh confirmation of that very payment.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/sallyport/sallyport"
)

func main() {
	gate := sallyport.Must(sallyport.New(sallyport.Config{
		PublicURL:    "http://localhost:8080/auth",
		Issuer:       "Bank",
		SecondFactor: "aal2", // nobody has an account with a password alone
	}))
	payments, err := openLedger(context.Background(), "bank.db")
	if err != nil {
		log.Fatal(err)
	}
	log.Println("http://localhost:8080/")
	log.Fatal(http.ListenAndServe("localhost:8080", newBank(gate, payments)))
}
