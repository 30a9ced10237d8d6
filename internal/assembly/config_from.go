package assembly

import (
	"fmt"
	"reflect"
)

// ConfigFrom takes from a struct that has every field of Config, under the same name and of the same type, those: it is
// sallyport.Config, whose other fields are types of package sallyport, which this one can't know. It panics for any other.
func ConfigFrom(from any) Config {
	var c Config
	src, dst := reflect.ValueOf(from), reflect.ValueOf(&c).Elem()
	for field, value := range dst.Fields() {
		found := src.FieldByName(field.Name)
		if !found.IsValid() || found.Type() != field.Type {
			panic(fmt.Sprintf("assembly: %T has no field %s of type %s", from, field.Name, field.Type))
		}
		value.Set(found)
	}
	return c
}
