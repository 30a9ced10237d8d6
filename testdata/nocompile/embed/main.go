// want: cannot use
package main

import "github.com/sallyport/sallyport"

type session struct{ sallyport.Session }

func (session) AAL() int { return 2 }

func only(sallyport.Session) {}

func main() { only(session{}) }
