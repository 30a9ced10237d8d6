// want: cannot convert
package main

import "github.com/sallyport/sallyport"

type session struct{ found *struct{ Action string } }

func main() { _ = sallyport.Session(session{}) }
