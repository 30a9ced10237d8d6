package web_test

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// What the pages show before anybody signs in, program by program.
func TestService(t *testing.T) {
	tests := []struct {
		name string
		in   setup
		want map[string]any
	}{
		{"nothing but code apps", setup{}, map[string]any{
			"registration_open": true, "password_min": 15, "login_form": "two_step", "mailed": false, "kinds": []any{"totp"},
			"trust_browser_seconds": 30 * 24 * 60 * 60,
		}},
		{"everything else", setup{
			policy: core.PolicyRequired, closed: true, loginForm: web.FormCombined, passwordless: true, noTrust: true, passkeys: true, push: true,
		}, map[string]any{
			"registration_open": false, "password_min": 8, "login_form": "combined", "mailed": true, "kinds": []any{"totp", "webauthn", "push"},
			"trust_browser_seconds": nil,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.in)
			a := w.browser().send("GET", "/service", nil)
			for field, want := range tt.want {
				if got := a.get(field); fmt.Sprint(got) != fmt.Sprint(want) && !(got == float64(30*24*60*60) && want == 30*24*60*60) {
					t.Errorf("%s is %v, want %v: %s", field, got, want, a.body)
				}
			}
		})
	}
}
