// want: cannot convert core.BoundBrowser{} (value of struct type core.BoundBrowser) to type core.Session
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { _ = core.Session(core.BoundBrowser{}) }
