// want: cannot use l (variable of struct type engine.Login) as engine.Session value
package main

import "github.com/sallyport/sallyport/engine"

func serve(engine.Session) {}

func main() { _ = func(l engine.Login) { serve(l) } }
