// want: cannot refer to unexported field found in struct literal
package main

import "github.com/sallyport/sallyport"

func main() { _ = sallyport.Session{found: nil} }
