package catalogue

import "io/fs"

// LoadFrom is [Load] of other files.
func LoadFrom(from fs.FS) (*Set, error) { return load(from) }
