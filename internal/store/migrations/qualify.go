package migrations

import (
	"fmt"
	"strings"
)

const maxName = 63 // bytes; PostgreSQL cuts longer ones off

// prefix begins the name of everything that is ours in a database.
const prefix = "sallyport_"

// CheckSchema says why a name can't be that of a schema that tables are put into; nil when it can. Names are those that
// PostgreSQL reads the same with quotes and without.
func CheckSchema(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("is empty")
	case len(name) > maxName:
		return fmt.Errorf("is longer than %d bytes", maxName)
	case strings.HasPrefix(name, "pg_") || name == "information_schema":
		return fmt.Errorf("is a name that PostgreSQL keeps for itself")
	case name[0] >= '0' && name[0] <= '9':
		return fmt.Errorf("begins with a digit")
	case strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}):
		return fmt.Errorf("has other characters than a to z, 0 to 9 and _")
	}
	return nil
}

// Qualify puts the schema before the name of every table in statement, whatever search_path it will be run with. The
// name that an index is made with has to stand alone: an index is where its table is. With no schema the statement stays
// as it is. The schema has passed [CheckSchema].
func Qualify(schema, statement string) string {
	if schema == "" {
		return statement
	}
	var b strings.Builder
	for {
		at := strings.Index(statement, prefix)
		if at < 0 {
			b.WriteString(statement)
			return b.String()
		}
		before := statement[:at]
		b.WriteString(before)
		if !withinName(before) && !namesIndex(before) {
			b.WriteString(`"` + schema + `".`)
		}
		b.WriteString(prefix)
		statement = statement[at+len(prefix):]
	}
}

// withinName says whether what comes next is the rest of a longer name.
func withinName(before string) bool {
	if before == "" {
		return false
	}
	last := before[len(before)-1]
	return last == '_' || last >= 'a' && last <= 'z' || last >= 'A' && last <= 'Z' || last >= '0' && last <= '9'
}

func namesIndex(before string) bool {
	return strings.HasSuffix(before, "CREATE INDEX ") || strings.HasSuffix(before, "CREATE UNIQUE INDEX ")
}
