package server_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/server"
)

// flaskSettings are Flask-Security's, of the families that docs/flask-security.md promises whole.
const flaskSettings = `
TWO_FACTOR TWO_FACTOR_REQUIRED TWO_FACTOR_ENABLED_METHODS TWO_FACTOR_AUTHENTICATOR_VALIDITY TWO_FACTOR_MAIL_VALIDITY
TWO_FACTOR_SMS_VALIDITY TWO_FACTOR_SETUP_WITHIN TWO_FACTOR_SETUP_SALT TWO_FACTOR_RESCUE_MAIL TWO_FACTOR_RESCUE_EMAIL
TWO_FACTOR_RESCUE_EMAIL_TEMPLATE TWO_FACTOR_EMAIL_TEMPLATE EMAIL_SUBJECT_TWO_FACTOR EMAIL_SUBJECT_TWO_FACTOR_RESCUE
TWO_FACTOR_VERIFY_CODE_TEMPLATE TWO_FACTOR_SETUP_TEMPLATE TWO_FACTOR_SELECT_TEMPLATE TWO_FACTOR_SETUP_URL
TWO_FACTOR_TOKEN_VALIDATION_URL TWO_FACTOR_RESCUE_URL TWO_FACTOR_SELECT_URL TWO_FACTOR_ERROR_VIEW TWO_FACTOR_POST_SETUP_VIEW
TWO_FACTOR_ALWAYS_VALIDATE TWO_FACTOR_LOGIN_VALIDITY TWO_FACTOR_VALIDITY_COOKIE_NAME TWO_FACTOR_VALIDITY_COOKIE
TWO_FACTOR_VALIDITY_SALT TWO_FACTOR_IMPLEMENTATIONS TOTP_SECRETS TOTP_ISSUER SMS_SERVICE SMS_SERVICE_CONFIG PHONE_REGION_DEFAULT
MULTI_FACTOR_RECOVERY_CODES MULTI_FACTOR_RECOVERY_CODES_N MULTI_FACTOR_RECOVERY_CODES_URL MULTI_FACTOR_RECOVERY_CODES_TEMPLATE
MULTI_FACTOR_RECOVERY_URL MULTI_FACTOR_RECOVERY_TEMPLATE MULTI_FACTOR_RECOVERY_CODES_KEYS MULTI_FACTOR_RECOVERY_CODE_TTL
FRESHNESS FRESHNESS_GRACE_PERIOD FRESHNESS_ALLOW_AUTH_TOKEN VERIFY_URL VERIFY_TEMPLATE POST_VERIFY_URL POST_VERIFY_VIEW
UNIFIED_SIGNIN US_ENABLED_METHODS US_MFA_REQUIRED US_TOKEN_VALIDITY US_SETUP_WITHIN US_SETUP_SALT US_SIGNIN_REPLACES_LOGIN
US_SIGNIN_URL US_SIGNIN_SEND_CODE_URL US_SETUP_URL US_VERIFY_URL US_VERIFY_SEND_CODE_URL US_VERIFY_LINK_URL US_POST_SETUP_VIEW
US_EMAIL_SUBJECT US_EMAIL_TEMPLATE US_SIGNIN_TEMPLATE US_SETUP_TEMPLATE US_VERIFY_TEMPLATE WEBAUTHN WAN_RP_NAME WAN_SALT
WAN_CHALLENGE_BYTES WAN_REGISTER_WITHIN WAN_SIGNIN_WITHIN WAN_REGISTER_TIMEOUT WAN_SIGNIN_TIMEOUT WAN_REGISTER_URL WAN_SIGNIN_URL
WAN_DELETE_URL WAN_VERIFY_URL WAN_REGISTER_TEMPLATE WAN_SIGNIN_TEMPLATE WAN_VERIFY_TEMPLATE WAN_POST_REGISTER_VIEW
WAN_ALLOW_AS_FIRST_FACTOR WAN_ALLOW_AS_MULTI_FACTOR WAN_ALLOW_USER_HINTS WAN_ALLOW_AS_VERIFY`

// TestFlaskSecurityIsMapped: docs/flask-security.md has a row for each of those settings, and what it names here exists:
// settings among [server.Keys], paths in the table of routes.
func TestFlaskSecurityIsMapped(t *testing.T) {
	text, err := os.ReadFile("../../docs/flask-security.md")
	if err != nil {
		t.Fatal(err)
	}
	routes, err := os.ReadFile("../web/testdata/routes.golden")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| ([^|]+) \|.+\|$`).FindAllStringSubmatch(string(text), -1)
	for _, name := range strings.Fields(flaskSettings) {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[1] == name }) {
			t.Errorf("there is no row for SECURITY_%s", name)
		}
	}
	settings, paths := 0, 0
	for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		words := strings.Fields(code[1])
		switch {
		case slices.Contains([]string{"GET", "POST", "PUT", "DELETE"}, words[0]):
			paths++
			if !strings.Contains(strings.Join(strings.Fields(string(routes)), " ")+" ", code[1]+" ") {
				t.Errorf("there is no route %s", code[1])
			}
		case regexp.MustCompile(`^[a-z0-9_]+( = \S+)?$`).MatchString(code[1]):
			settings++
			if !slices.ContainsFunc(server.Keys(), func(k server.Key) bool { return k.Name == words[0] }) {
				t.Errorf("there is no setting %s", words[0])
			}
		}
	}
	if settings < 25 || paths < 40 {
		t.Errorf("only %d settings and %d paths were looked for", settings, paths)
	}
}
