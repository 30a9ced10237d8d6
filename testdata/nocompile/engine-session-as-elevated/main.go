// want: s.Remove undefined
package main

import (
	"context"

	"github.com/sallyport/sallyport/engine"
)

func main() { _ = func(ctx context.Context, s engine.Session) { _ = s.Remove(ctx, "x") } }
