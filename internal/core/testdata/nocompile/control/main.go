// Command control compiles: what fails in the programs beside it is not their set-up.
package main

import "github.com/sallyport/sallyport/internal/core"

func guarded(s core.Session) string { return s.ID() }

func main() {
	var e core.Elevated
	_ = guarded(e.Session())
}
