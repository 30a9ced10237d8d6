// want: cannot convert core.Session{} (value of struct type core.Session) to type core.Elevated
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { _ = core.Elevated(core.Session{}) }
