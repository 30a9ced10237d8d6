// want: cannot convert
package main

import "github.com/sallyport/sallyport/engine"

func main() { _ = func(l engine.Login) engine.Session { return engine.Session(l) } }
