// Command engine-control compiles: what fails in the programs beside it is not their set-up.
package main

import (
	"context"

	"github.com/sallyport/sallyport/engine"
)

func main() {
	_ = func(ctx context.Context, s engine.Session, in engine.Response) error {
		e, err := s.Elevate(ctx, in)
		if err != nil {
			return err
		}
		_, err = e.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		return err
	}
}
