package store

import "strings"

// dialect is what differs between the databases, apart from how they are opened.
type dialect struct {
	name     string
	types    *strings.Replacer           // for migrations, which are written for PostgreSQL
	classify func(error) (class, string) // of errors that the database itself reports, and their text
}

// class says what an error means to the caller.
type class int

const (
	broken      class = iota // a defect of ours, or of the data
	conflict                 // another transaction was in the way: the whole of this one may be tried again
	unavailable              // the database cannot answer now
	foreign                  // not the database's error at all
)
