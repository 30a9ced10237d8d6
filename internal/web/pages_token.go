package web

import (
	"errors"

	"github.com/sallyport/sallyport/internal/core"
)

// A hardware token counts up with each press, whoever pressed it. Two of its codes in a row find one that ran ahead (RFC
// 4226, 7.4): one response, compared as a whole, that counts as one guess.

// withPair asks for the form for them.
const withPair = "two_codes"

// pairResponse is what the two fields answer. One token is meant, whichever: the choice among apps is not asked again.
func pairResponse(f form) core.Response {
	return core.Response{Kind: core.KindHOTP, Value: f["code"] + "," + f["code_2"], TrustBrowser: f["trust_browser"] != ""}
}

// rewordPair gives one text to whatever was wrong with two codes: which of them it was helps nobody.
func rewordPair(err error) error {
	var e *core.Error
	if !errors.As(err, &e) || !(isShape(e) || e.Code == core.CodeWrong || e.Code == core.CodeAlreadyUsed) {
		return err
	}
	said := *e
	said.Text, said.Args = "token_pair.wrong", nil
	return &said
}
