package catalogue_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/catalogue"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := catalogue.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	set, err := catalogue.Load()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		set.Match("de-CH,de;q=0.9,en-US;q=0.8,en;q=0.7")
	}
}
