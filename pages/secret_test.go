package pages_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/pages"
)

// Whatever holds a secret, and whatever that stands in: neither printing nor logging shows it.
func TestSecretsAreNotPrinted(t *testing.T) {
	const secret = "JBSWY3DPEHPK3PXP"
	for _, holds := range []any{
		pages.Setup{Secret: secret, QR: secret, URI: secret}, pages.Codes{Codes: []string{secret}}, pages.MailedLink{Token: secret, Code: secret},
		pages.MailedLogin{Token: secret, Code: secret}, pages.Register{Token: secret}, pages.Frame{Content: secret, Head: secret},
		pages.Page{Data: pages.Codes{Codes: []string{secret}}}, pages.Page{Data: pages.Setup{Secret: secret}},
	} {
		for _, v := range []any{holds, &holds, []any{holds}, map[string]any{"page": holds}, struct{ Page any }{holds}} {
			var out bytes.Buffer
			slog.New(slog.NewJSONHandler(&out, nil)).Info("", "page", v)
			slog.New(slog.NewTextHandler(&out, nil)).Info("", "page", v)
			fmt.Fprintf(&out, "%v %+v %#v %s %q", v, v, v, v, v)
			if strings.Contains(out.String(), secret) {
				t.Errorf("%T in a %T shows its secret: %s", holds, v, out.String())
			}
		}
	}
}
