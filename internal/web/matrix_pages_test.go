package web_test

import "fmt"

// lifePage is the id in the path, and the form, of a page of an account's life: as lifeRequest has them for JSON.
func (k *cast) lifePage(operation, id string) (_ string, body values) {
	k.w.t.Helper()
	fresh := fmt.Sprintf("somebody%d@example.org", k.w.people)
	switch operation {
	case "POST /language":
		body = values{"language": "en"}
	case "POST /recover":
		body = values{"login": k.owner.name}
	case "POST /recover/reset":
		body = values{"token": k.w.resetToken(k.w.bystander()), "password": "quite another password"}
	case "POST /recover/cancel":
		body = values{"token": k.w.cancelToken(k.w.holder())}
	case "POST /verify-email":
		body = values{"token": k.w.confirmToken(fresh)}
	case "POST /account/email/undo":
		body = values{"token": k.w.undoToken(fresh)}
	case "POST /login/passkey":
		response, _ := k.passkeyAnswer(false)
		body = values{"response": string(encode(k.w.t, response))}
	case "POST /login/mailed":
		body = values{"login": k.owner.name}
	case "POST /login/mailed/response":
		k.mailer = k.w.browser()
		code, _ := k.mailer.askMailed(k.w.bystander())
		body = values{"token": code}
	case "POST /account/authenticators/{id}/favourite":
		body = values{"favourite": "yes"}
	case "POST /account/passkeys-only":
		body = values{"only": "no"}
	case "POST /login/challenge":
		body = values{"authenticator": "email"}
	case "POST /account/email":
		body = values{"email": fresh}
	case "POST /account/browsers/{id}/end":
		id = k.trusted()
	}
	return id, body
}
