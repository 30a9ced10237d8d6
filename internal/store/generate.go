package store

// The queries are checked against the migrations and made into Go by sqlc; CI fails when the result is not fresh.
//go:generate go -C ../../tools tool sqlc generate -f ../internal/store/sqlc.yaml
