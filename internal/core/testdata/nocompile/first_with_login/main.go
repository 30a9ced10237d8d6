// want: cannot use l (variable of struct type core.Login) as core.MustBind value
package main

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
)

func bind(m *core.Machine, l core.Login) {
	m.ConfirmFirst(context.Background(), core.Caller{}, l, "", "", "")
}

func main() {}
