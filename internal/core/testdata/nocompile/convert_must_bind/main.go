// want: cannot convert core.Login{} (value of struct type core.Login) to type core.MustBind
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { _ = core.MustBind(core.Login{}) }
