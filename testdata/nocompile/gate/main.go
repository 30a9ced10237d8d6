// want: cannot refer to unexported field site in struct literal
package main

import "github.com/sallyport/sallyport"

func main() { _ = sallyport.Gate{site: nil} }
