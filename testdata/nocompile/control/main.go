// Command control compiles: what fails in the programs beside it is not their set-up.
package main

import (
	"context"

	"github.com/sallyport/sallyport"
)

func main() { _ = func(ctx context.Context) string { return sallyport.SessionFrom(ctx).Name() } }
