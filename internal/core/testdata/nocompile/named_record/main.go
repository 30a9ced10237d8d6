// want: sessionRecord not exported by package core
package main

import "github.com/sallyport/sallyport/internal/core"

func main() { var _ core.sessionRecord }
