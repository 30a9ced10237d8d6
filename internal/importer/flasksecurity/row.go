package flasksecurity

import (
	"fmt"
	"strconv"
)

// row is one row by the names of its columns. The two databases give values of different types.
type row map[string]any

func (r row) has(column string) bool {
	_, there := r[column]
	return there
}

// present says whether there is a value: a time that something was done.
func (r row) present(column string) bool { return r[column] != nil && r[column] != "" }

func (r row) text(column string) string {
	switch v := r[column].(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case [16]byte: // a UUID as pgx has it
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	default:
		return fmt.Sprint(v)
	}
}

func (r row) bytes(column string) []byte {
	switch v := r[column].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// truth is false for what is neither true nor a number but 0: an account of unknown state is shut.
func (r row) truth(column string) bool {
	switch v := r[column].(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case string:
		return v == "1" || v == "t" || v == "true"
	}
	return false
}

func (r row) number(column string) int64 {
	switch v := r[column].(type) {
	case int64:
		return v
	case int32:
		return int64(v)
	}
	return 0
}
