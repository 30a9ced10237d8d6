package importer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/importer"
)

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"ann@example.org": "ann@example.org", "gül": "gül", "": `""`, "a\x1b[2J": `"a\x1b[2J"`, "a\u202eb": `"a\u202eb"`, "a\nb": `"a\nb"`, "\xff": `"\xff"`,
		strings.Repeat("x", 200): `"` + strings.Repeat("x", 128) + `"...`,
	} {
		if got := importer.Shown(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// TestReportForPeople: nothing of another system reaches the terminal as it is, and everything has its cure.
func TestReportForPeople(t *testing.T) {
	r := importer.Report{Imported: 1, Refused: 1, Accounts: []importer.Line{
		{Source: "7\x1b", Name: "a\nb", Outcome: importer.Imported, BindAnew: true, Troubles: []importer.Trouble{
			{What: "webauthn", Name: "my\x07key", Reason: "a reason", Cure: "a cure"}, {What: "totp", Reason: "it is weak", Cure: "renew it", Moved: true},
		}},
		{Source: "8", Name: "b", Outcome: importer.Present},
		{Source: "9", Name: "c", Outcome: importer.Refused, Reason: "no.", Cure: "ask"},
	}}
	var out bytes.Buffer
	if n, err := r.WriteTo(&out); err != nil || n != int64(out.Len()) {
		t.Fatal(n, err)
	}
	if text := out.String(); strings.ContainsAny(text, "\x1b\x07") || strings.Contains(text, "b (8)") ||
		!strings.Contains(text, `"a\nb" ("7\x1b"): webauthn "my\akey" does not come along: a reason. Cure: a cure.`) ||
		!strings.Contains(text, "totp comes along with a flaw: it is weak. Cure: renew it.") ||
		!strings.Contains(text, "c (9): refused: no. Cure: ask.") || !strings.Contains(text, "1 account imported: ") {
		t.Error(text)
	}
}

// TestRunTellsHowFarItCame when the other system fails.
func TestRunTellsHowFarItCame(t *testing.T) {
	failed := errors.New("the connection is lost")
	r, err := importer.Run(context.Background(), new(core.Intake), nil, func(context.Context, func(importer.Read) error) error { return failed })
	if !errors.Is(err, failed) || r.Imported != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	inJSON, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(inJSON), `"accounts":[]`) {
		t.Errorf("%s, %v", inJSON, err)
	}
}
