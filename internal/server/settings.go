package server

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/endpoint"
)

const defaultPublicURL = "http://localhost:8080"

// Settings are the configuration that holds. They come from [Load] and don't change.
type Settings struct {
	Gate      sallyport.Config // without Log and Clock
	Listen    string           // address and port
	LogFormat string           // "text" or "json"

	values map[string]value
	// followsListen says that public_url was left out, and is this machine at whatever port is listened on.
	followsListen bool
	templateNotes []string
}

// value is a setting as text, before it is read.
type value struct {
	text, origin string
}

const originDefault = "default"

// Effective is the value of a setting that holds, and where it came from. Credentials are not in it.
type Effective struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Effective lists every setting.
func (s *Settings) Effective() []Effective {
	var out []Effective
	for _, k := range Keys() {
		v := s.values[k.Name]
		if k.Name == "public_url" && s.followsListen {
			v = value{s.Gate.PublicURL, "follows listen"}
		}
		out = append(out, Effective{Key: k.Name, Value: k.shown(v.text), Origin: v.origin})
	}
	return out
}

// Format lists the settings for people, whatever the verb, without credentials.
func (s *Settings) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%v", s.Effective()) }

// read turns the values into what the program uses, and finds every mistake in them.
func (s *Settings) read() Problems {
	var ps Problems
	for _, k := range Keys() {
		if p := k.set(s, s.values[k.Name].text); p != nil {
			ps = append(ps, s.placed(k, p))
		}
	}
	ps = append(ps, s.relate()...)
	ps = append(ps, s.relateRule()...)
	return append(ps, s.fieldProblems(s.Gate.Check())...)
}

// placed fills in what only the settings know of a problem.
func (s *Settings) placed(k Key, p *Problem) *Problem {
	v := s.values[k.Name]
	p.Key, p.Value, p.Origin = k.Name, k.shown(v.text), v.origin
	return p
}

// relate checks the settings that only make sense together.
func (s *Settings) relate() Problems {
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return nil // said already
	}
	isDefault := s.values["public_url"].origin == originDefault
	if isDefault && endpoint.IsLoopback(host) {
		s.followsListen = true
		s.Gate.PublicURL = loopbackURL(host, port)
	}
	u, err := url.Parse(s.Gate.PublicURL)
	if err != nil {
		return nil // the library says it
	}
	var ps Problems
	if !endpoint.IsLoopback(host) && u.Scheme == "http" && endpoint.IsLoopback(u.Hostname()) {
		ps = append(ps, s.about("listen", &Problem{
			Reason: "other machines can reach it, but public_url is http://" + u.Host +
				": passwords would travel in the clear, and nobody there could follow a link",
			Cure: "Set public_url to the https:// address that people use (a proxy in front may end TLS), or listen on 127.0.0.1",
		}))
	}
	if u.Path == healthPath || strings.HasPrefix(u.Path, healthPath+"/") {
		ps = append(ps, s.about("public_url", &Problem{
			Reason: "has a path that the health checks have", Cure: "Choose another, such as /auth",
		}))
	}
	return ps
}

// relateRule refuses to say for whom, or from when, nothing is required.
func (s *Settings) relateRule() Problems {
	var ps Problems
	for _, name := range []string{"second_factor_groups", "second_factor_from"} {
		if s.Gate.SecondFactor == string(core.PolicyOptional) && s.values[name].text != none {
			ps = append(ps, s.about(name, &Problem{
				Reason: "changes nothing while second_factor is optional", Cure: "Set second_factor to required or aal2, or take this out",
			}))
		}
	}
	return ps
}

func (s *Settings) about(name string, p *Problem) *Problem {
	k, _ := keyNamed(name)
	return s.placed(k, p)
}

// fieldProblems names the library's fields as the settings do.
func (s *Settings) fieldProblems(err error) Problems {
	var ps Problems
	for _, e := range split(err) {
		var wrong *sallyport.FieldError
		if !errors.As(e, &wrong) {
			ps = append(ps, &Problem{Key: "configuration", Origin: "all of it", Reason: e.Error(), Cure: "See the documentation"})
			continue
		}
		for _, k := range Keys() {
			if k.field == wrong.Field {
				p := s.placed(k, &Problem{Reason: oneLine(wrong.Reason), Cure: wrong.Cure})
				// One of a list, or without what is hidden.
				if typed := s.values[k.Name].text; wrong.Value != "" && wrong.Value != typed && !sameTime(typed, wrong.Value) {
					p.Value = wrong.Value
				}
				ps = append(ps, p)
			}
		}
	}
	return ps
}

// sameTime says whether a time is written in two ways.
func sameTime(typed, read string) bool {
	d, ok := ParseTime(typed)
	return ok && d.String() == read
}

// split takes apart what errors.Join joined.
func split(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
