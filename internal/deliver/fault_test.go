package deliver_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/deliver"
)

func TestFaultOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want deliver.Fault
	}{
		{errors.New("x"), deliver.Temporary},
		{&deliver.Error{}, deliver.Temporary},
		{fmt.Errorf("a: %w", &deliver.Error{Fault: deliver.Unsure}), deliver.Unsure},
		{errors.Join(errors.New("x"), &deliver.Error{Fault: deliver.Permanent}), deliver.Permanent},
	} {
		if got := deliver.FaultOf(tt.err); got != tt.want {
			t.Errorf("FaultOf(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"550 5.1.1 <ann@example.org>: unknown": "550 5.1.1 [address] unknown",
		"a\r\nlevel=ERROR msg=forged":          "a level=ERROR msg=forged",
		"\x1b[31mred\x00":                      "[31mred",
		"\xff\u202Etxt":                        "? txt",
		"ann＠example.org":                      "[address]",
		"":                                     "",
	} {
		if got := deliver.Printable(text); got != want {
			t.Errorf("Printable(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("550 5.1.1 <ann@example.org>: unknown\r\n")
	f.Add(strings.Repeat("ü ", 3000))
	f.Fuzz(func(t *testing.T, text string) {
		got := deliver.Printable(text)
		bad := func(r rune) bool { return r == '@' || unicode.IsControl(r) }
		if len(got) > 300 || !utf8.ValidString(got) || strings.ContainsFunc(got, bad) {
			t.Errorf("%q", got)
		}
	})
}

// TestLogsTellNothing: neither what a message says nor whom it is for, whatever an error says.
func TestLogsTellNothing(t *testing.T) {
	for _, f := range []deliver.Fault{deliver.Temporary, deliver.Unavailable, deliver.Unsure, deliver.Permanent} {
		synctest.Test(t, func(t *testing.T) {
			said := errors.New("550 <ann@example.org> unknown\r\nlevel=ERROR msg=forged " + strings.Repeat("x", 1000))
			o, l := newOutbox(8, time.Hour), newLedger(always(&deliver.Error{Fault: f, Err: said}))
			w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
			if _, err := w.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(log.String(), "550") {
				t.Errorf("%v: not logged", f)
			}
			for line := range strings.Lines(log.String()) {
				if strings.Contains(line, "ann@") || strings.Contains(line, "payload") || len(line) > 600 || !strings.HasPrefix(line, "time=") {
					t.Errorf("%v: logged %q", f, line)
				}
			}
		})
	}
}
