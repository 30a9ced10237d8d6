// want: cannot use b (variable of struct type core.MustBind) as core.Elevated value
package main

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
)

func unbind(m *core.Machine, b core.MustBind) {
	m.Unbind(context.Background(), core.Caller{}, b, "")
}

func main() {}
