package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

// tokenCode is what a token with the secret of RFC 4226, appendix D, shows at a count.
func tokenCode(t *testing.T, digits int, count int64) string {
	t.Helper()
	secret, err := otp.ParseSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	must(t, err)
	key, err := otp.NewKey(secret, otp.Options{Digits: digits})
	must(t, err)
	code, err := key.HOTP(count)
	must(t, err)
	return code.String()
}

// tokenHolder has a token of so many digits, was asked for its code, and has a wait behind them.
func tokenHolder(t *testing.T, digits string) *visitor {
	v := newWorld(t, setup{policy: core.PolicyRequired, tokens: true}).visitor()
	v.register().leads("/login/setup")
	v.w.clock.Advance(time.Second) // the newest set-up is shown
	v.post("/login/setup", "kind=hotp", "to="+pageToken+"&digits="+digits).leads("/login/setup")
	v.post("/login/setup", "code="+tokenCode(t, int(digits[0]-'0'), 0)).shows(200, "Save your recovery codes")
	return v
}

func (v *visitor) again() {
	v.t.Helper()
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
}

const pairLink = "My token was pressed many times"

// Who pressed a token too often is led to two fields, and gets in with two codes in a row; also with eight digits, where two
// codes have the shape of a recovery code.
func TestPagesFindATokenThatRanAhead(t *testing.T) {
	for digits, n := range map[string]int{"6": 6, "8": 8} {
		v := tokenHolder(t, digits)
		v.again()
		v.get("/login/verify").shows(200).lacks(pairLink)
		v.post("/login/verify", "code="+tokenCode(t, n, 300)).shows(422, "Press the token's button", pairLink, "/login/verify?with=two_codes")
		v.get("/login/verify?with=two_codes").shows(200, "Enter two codes from your token", `name="code_2"`, "Enter one code instead").lacks(pairLink)
		v.post("/login/verify", "with=two_codes", "code="+tokenCode(t, n, 301), "code_2="+tokenCode(t, n, 302)).leads("/account")
		v.again()
		v.post("/login/verify", "code="+tokenCode(t, n, 303)).leads("/account")

		v.get("/account/confirm").shows(200).lacks(pairLink)
		v.post("/account/confirm", "code="+tokenCode(t, n, 400)).shows(422, pairLink, "/account/confirm?with=two_codes&return_to=")
		v.get("/account/confirm?with=two_codes").shows(200, "moves your token on", `name="code_2"`)
		v.post("/account/confirm", "with=two_codes", "code="+tokenCode(t, n, 401), "code_2="+tokenCode(t, n, 402)).leads("/account")
	}
}

// Whatever is wrong with two codes has one text; what is looked at counts as one guess, on the token alone.
func TestPagesTwoCodesAreOneGuess(t *testing.T) {
	const one = "Those are not two new codes in a row"
	v := tokenHolder(t, "6")
	try := func(first, second string) seen {
		return v.post("/login/verify", "with=two_codes", "code="+first, "code_2="+second)
	}
	right := func(count int64) string { return tokenCode(t, 6, count) }
	v.again()
	for _, typed := range [][2]string{{"", ""}, {right(5), ""}, {"", right(5)}, {"12", "34"}, {right(5), "abc"}} { // nothing to compare
		if page := try(typed[0], typed[1]); page.status != 422 || !strings.Contains(page.body, one) || strings.Contains(page.body, "more time") {
			t.Errorf("%q: %d\n%s", typed, page.status, page.body)
		}
	}
	for i, typed := range [][2]string{
		{right(500), right(502)},   // not in a row
		{right(501), right(500)},   // the wrong way round
		{right(1500), right(1501)}, // out of reach
	} {
		left := []string{"You can try 2 more times", "You can try 1 more time", "Wait 1 second"}[i]
		try(typed[0], typed[1]).shows(422, one, left, `name="code_2"`).lacks("token's button for a new one")
	}
	try(right(501), right(502)).shows(429, "Too many attempts") // not even a right pair is looked at
	v.w.clock.Advance(time.Minute)
	try(right(501), right(502)).leads("/account")
	v.again()
	try(right(501), right(502)).shows(422, one) // used
	try(right(400), right(401)).shows(422, one) // passed over
	v.post("/login/verify", "code="+right(10)).shows(422)
	v.post("/login/verify", "code="+right(503)).leads("/account")
}

// Without a token the form for two codes is none, and asks nothing of an app.
func TestPagesTwoCodesAreForTokens(t *testing.T) {
	v := newWorld(t, setup{policy: core.PolicyRequired, tokens: true}).visitor()
	key, _ := v.setUp()
	v.again()
	v.get("/login/verify?with=two_codes").shows(200, "Enter the code from your app").lacks(`name="code_2"`)
	v.post("/login/verify", "code=000000").shows(422).lacks(pairLink)
	v.post("/login/verify", "with=two_codes", "code="+v.code(key), "code_2="+v.code(key)).shows(409)
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
}

// In the combined form there is one field: a comma keeps two codes of eight digits from being read as a recovery code.
func TestCombinedFormFindsATokenThatRanAhead(t *testing.T) {
	v := newWorld(t, setup{policy: core.PolicyRequired, tokens: true, loginForm: "combined"}).visitor()
	v.register().leads("/login/setup")
	v.w.clock.Advance(time.Second)
	v.post("/login/setup", "kind=hotp", "to="+pageToken+"&digits=8").leads("/login/setup")
	v.post("/login/setup", "code="+tokenCode(t, 8, 0)).shows(200, "Save your recovery codes")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword, "code="+tokenCode(t, 8, 60)+","+tokenCode(t, 8, 62)).shows(422)
	v.post("/login", "login=ana", "password="+pagePassword, "code="+tokenCode(t, 8, 60)+","+tokenCode(t, 8, 61)).leads("/account")
}

// JSON takes two codes in one response, with anything between them.
func TestAPIFindsATokenThatRanAhead(t *testing.T) {
	w := newWorld(t, setup{tokens: true})
	c, p := w.owner()
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "hotp", "uri": pageToken + "&digits=8"}).want(c, 201)
	code := func(count int64) string { return tokenCode(t, 8, count) }
	c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": code(0)}).want(c, 200)
	c.send("POST", "/session/elevate", values{"kind": "hotp", "response": code(90) + " " + code(92)}).problem(c, 401, "wrong")
	c.send("POST", "/session/elevate", values{"kind": "hotp", "response": code(90) + " " + code(91)}).want(c, 200)
}
