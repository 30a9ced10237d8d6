package main

import (
	"bytes"
	"encoding/json"
	"net/http"
)

const pages = `
{{define "top"}}<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Flaskr</title><h1>Flaskr</h1>
{{with .Error}}<p role="alert">{{.}}</p>{{end}}{{end}}

{{define "index"}}{{template "top" .}}<p>Hello, {{.Name}}!</p>
<p><a href="/auth/account">Second step and sessions</a> <a href="/password">Change password</a></p>
<form method="post" action="/auth/logout"><button>Log out</button></form>{{end}}

{{define "login"}}{{template "top" .}}<form method="post" action="/login">
<input type="hidden" name="return_to" value="{{or .ReturnTo "/"}}">
<p><label>Username <input name="username" autocomplete="username" required></label>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p><button>Log in</button> <a href="/register">Register</a></form>{{end}}

{{define "register"}}{{template "top" .}}<form method="post" action="/register">
<p><label>Username <input name="username" autocomplete="username" required></label>
<p><label>Password <input name="password" type="password" autocomplete="new-password" required></label>
<p><button>Register</button></form>{{end}}

{{define "password"}}{{template "top" .}}<form method="post" action="/password">
<p><label>New password <input name="new" type="password" autocomplete="new-password" required></label>
<p><button>Change password</button></form>{{end}}
`

// session is what the gate says of a request's session; nothing where there is none.
type session struct {
	Account       struct{ ID string }
	ElevatedUntil string `json:"elevated_until"` // "" unless its holder proved themself again just now
}

// session asks as any program may.
func (a *application) session(r *http.Request) session {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "/auth/api/v1/session", nil)
	if err != nil {
		return session{}
	}
	ask.Header, ask.RemoteAddr = http.Header{"Cookie": r.Header["Cookie"]}, r.RemoteAddr
	w := &answer{header: http.Header{}}
	a.gate.ServeHTTP(w, ask)
	var in struct{ Session session }
	if w.status != http.StatusOK || json.Unmarshal(w.body.Bytes(), &in) != nil {
		return session{}
	}
	return in.Session
}

// answer is one that goes no further.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }
func (a *answer) WriteHeader(s int)   { a.status = s }
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.body.Write(p)
}
