// want: undefined: core.decide
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { _ = core.decide }
