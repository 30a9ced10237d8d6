package web_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// The whole way of an owner whose password others may know.
func TestPagesExposedPassword(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.withAddress()
	key, _ := v.addApp()
	found, err := w.machine.Lookup(t.Context(), "ana")
	must(t, err)
	w.expose(&person{id: found.ID})
	v.get("/account").shows(303)
	v.follow(w.mail(core.MailPasswordExposed, pageEmail)).shows(200, "Set a new password")
	v.post("/login", "login=ana", "password="+pagePassword).shows(409, "may be known to others and can", `id="password-error"`, `href="`+w.public.Path+`/recover"`)
	v.get("/login/verify").leads("/account") // no second step was begun
	v.follow(w.mail(core.MailPasswordRefused, pageEmail)).shows(200, "Set a new password")
	v.post("/recover/reset", "password="+pagePassword).shows(422, "may be known to others", `id="password-error"`)
	v.post("/recover/reset", "password="+newPassword).leads("/login").leaves("password_reset")
	v.post("/login", "login=ana", "password="+newPassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
	v.get("/account/activity").shows(200, "Password shut by whoever runs this service: found in a breach", "Sign-in refused at the password: the password may be known to others")
}
