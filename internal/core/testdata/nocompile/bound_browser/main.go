// want: implicit assignment to unexported field r
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { _ = core.BoundBrowser{nil} }
