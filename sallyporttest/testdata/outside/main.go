// Command outside opens a Service in what is no test.
package main

import (
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

func main() {
	sallyporttest.Open(struct{ testing.TB }{}, sallyport.Config{})
}
