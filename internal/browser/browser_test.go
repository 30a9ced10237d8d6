package browser_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/catalogue"
)

func TestDescribe(t *testing.T) {
	texts, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	for sent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari on iOS",
		"curl/8.14.1": "curl",
		"":            "Unknown browser",
	} {
		if got := browser.Describe(texts.In(catalogue.English), sent); got != want {
			t.Errorf("%q: %q, want %q", sent, got, want)
		}
	}
}
