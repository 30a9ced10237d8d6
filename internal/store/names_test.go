package store

import "testing"

// BenchmarkQualified is all that a schema costs a query, after its first time.
func BenchmarkQualified(b *testing.B) {
	const query = "SELECT s.id, s.token_hash, s.account_id, s.epoch FROM sallyport_sessions s JOIN sallyport_account_states a ON a.account_id = s.account_id " +
		"LEFT JOIN sallyport_passwords p ON p.account_id = s.account_id WHERE s.token_hash = $1"
	n := newNames("auth")
	b.ReportAllocs()
	for b.Loop() {
		if n.qualified(query) == query {
			b.Fatal("it has no schema")
		}
	}
}
