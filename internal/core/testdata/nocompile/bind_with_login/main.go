// want: cannot use l (variable of struct type core.Login) as core.Elevated value
package main

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
)

func bind(m *core.Machine, l core.Login) {
	m.Bind(context.Background(), core.Caller{}, l, core.NewAuthenticator{})
}

func main() {}
