// want: cannot use machine{} (value of struct type machine) as *core.Machine value
package main

import "github.com/sallyport/sallyport/engine"

type machine struct{}

func main() { _ = engine.New(machine{}, nil, false) }
