package blocklist

// Holds asks a filter that Build made.
func Holds(built []byte) func(password []byte) bool {
	return func(password []byte) bool { return filter(built).holds(hash(Fold(password))) }
}
