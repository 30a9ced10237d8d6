// want: m.Login.Bind undefined
package main

import (
	"context"

	"github.com/sallyport/sallyport/engine"
)

// A second authenticator, without the first.
func main() {
	_ = func(ctx context.Context, m *engine.MoreNeeded) {
		_, _ = m.Login.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	}
}
