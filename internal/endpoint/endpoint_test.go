package endpoint_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/endpoint"
)

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "auth.localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"::ffff:127.0.0.1": true,
		"":                 false, "0.0.0.0": false, "::": false, "10.0.0.1": false, "example.org": false,
		"localhost.example.org": false, "notlocalhost": false, "127.0.0.1.example.org": false, "127.1": false, "0": false,
	} {
		if got := endpoint.IsLoopback(host); got != want {
			t.Errorf("IsLoopback(%q) = %v", host, got)
		}
	}
}

func TestHideCredentials(t *testing.T) {
	for _, tt := range []struct{ database, want string }{
		{"sallyport.db", "sallyport.db"},
		{"/var/lib/sallyport/with=sign.db", "/var/lib/sallyport/with=sign.db"},
		{"postgres://localhost/auth", "postgres://localhost/auth"},
		{"postgres://ann:s3cret@db:5432/auth", "postgres://[hidden]@db:5432/auth"},
		{"postgres://ann:s3@cret@db/auth?sslmode=require", "postgres://[hidden]@db/auth?[hidden]"},
		{"postgres://db/auth?password=s3cret", "postgres://db/auth?[hidden]"},
		{"postgres://db/auth?password=s3@cret", "postgres://[hidden]"},
		{"postgres://ann:s3?cret@db/auth", "postgres://[hidden]"},
		{"host=db user=ann password=s3cret", "[hidden]"},
		{"mysql://ann:s3cret@db/auth", "mysql://[hidden]@db/auth"},
		{"ann:s3cret@db/auth", "[hidden]@db/auth"},
		{"postgres:/ann:s3cr@et@db/auth", "[hidden]@db/auth"},
		{"mysql:ann:s3cret@tcp(db:3306)/auth?tls=true", "[hidden]@tcp(db:3306)/auth?[hidden]"},
		{"ann:s3?cret@db/auth", "[hidden]"},
		{"sallyport.db?_key=s3cret", "sallyport.db?[hidden]"},
		{"/var/lib/sallyport.db", "/var/lib/sallyport.db"},
		{"", ""},
	} {
		got := endpoint.HideCredentials(tt.database)
		if got != tt.want {
			t.Errorf("%q is shown as %q, want %q", tt.database, got, tt.want)
		}
		if strings.Contains(got, "cret") {
			t.Errorf("%q: something of the password is left in %q", tt.database, got)
		}
	}
}

func TestDialLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:1": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		"": false, "127.0.0.1": false, "localhost:80": false, "10.0.0.1:80": false, "0.0.0.0:80": false, "[::]:80": false,
		"[fe80::1%lo]:80": false, "192.0.2.1:80": false,
	} {
		if err := endpoint.DialLoopback("tcp", address, nil); (err == nil) != want {
			t.Errorf("DialLoopback(%q) = %v", address, err)
		}
	}
}
