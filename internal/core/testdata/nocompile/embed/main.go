// want: cannot use forged{} (value of struct type forged) as core.Session value
package main

import "github.com/sallyport/sallyport/internal/core"

type forged struct{ core.Session }

func (forged) AccountID() string { return "somebody" }

func guarded(core.Session) {}

func main() { guarded(forged{}) }
