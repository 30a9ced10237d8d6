package main

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
