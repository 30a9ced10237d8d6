// want: implicit assignment to unexported field found
package main

import "github.com/sallyport/sallyport"

func main() { _ = sallyport.Session{nil} }
