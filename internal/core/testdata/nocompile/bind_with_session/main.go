// want: cannot use s (variable of struct type core.Session) as core.Elevated value
package main

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
)

func bind(m *core.Machine, s core.Session) {
	m.Bind(context.Background(), core.Caller{}, s, core.NewAuthenticator{})
}

func main() {}
