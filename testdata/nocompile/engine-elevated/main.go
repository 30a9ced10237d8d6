// want: cannot refer to unexported field r in struct literal
package main

import "github.com/sallyport/sallyport/engine"

func main() { _ = engine.Elevated{r: nil} }
