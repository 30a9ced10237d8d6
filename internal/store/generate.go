package store

// The queries are checked against the migrations and made into Go by sqlc; `make generate` does it.
//go:generate go -C ../../tools tool sqlc generate -f ../internal/store/sqlc.yaml
