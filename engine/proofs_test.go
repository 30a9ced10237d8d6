package engine_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
)

// TestZeroValuesPanic calls every method of every proof that nobody made.
func TestZeroValuesPanic(t *testing.T) {
	for _, proof := range []any{engine.Login{}, engine.MustBind{}, engine.Session{}, engine.Elevated{}} {
		v := reflect.ValueOf(proof)
		if v.NumMethod() == 0 {
			t.Fatalf("%T has no methods", proof)
		}
		for i := range v.NumMethod() {
			name := fmt.Sprintf("%T.%s", proof, v.Type().Method(i).Name)
			if said := panics(func() { v.Method(i).Call(arguments(v.Method(i).Type())) }); !strings.Contains(said, "that no Engine made") {
				t.Errorf("%s: %q", name, said)
			}
		}
	}
	if panics(func() { engine.New(nil, nil, false) }) == "" {
		t.Error("New makes an Engine of nothing")
	}
}

// arguments are such as pass every check of what was typed.
func arguments(method reflect.Type) (in []reflect.Value) {
	for i := range method.NumIn() {
		switch p := method.In(i); {
		case p == reflect.TypeFor[context.Context]():
			in = append(in, reflect.ValueOf(context.Background()))
		case p.Kind() == reflect.String:
			in = append(in, reflect.ValueOf("x"))
		case p == reflect.TypeFor[time.Duration]():
			in = append(in, reflect.ValueOf(time.Hour))
		default:
			in = append(in, reflect.Zero(p))
		}
	}
	return in
}

func panics(f func()) (said string) {
	defer func() {
		if p := recover(); p != nil {
			said = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}

// TestProofsPrintNoSecrets: what is logged by mistake holds no token.
func TestProofsPrintNoSecrets(t *testing.T) {
	w := open(t, required)
	s, a, _ := w.owner("ann")
	l := w.begin(app(), "ann")
	e := elevated(t, s, a)
	for _, proof := range []any{l, e, e.Session(), mustBind(t, errOf(w.PasswordProved(t.Context(), app(), "bob"))).MustBind} {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			shown := fmt.Sprintf(verb, proof)
			if strings.Contains(shown, l.Token()) || strings.Contains(shown, e.Session().Token()) {
				t.Errorf("%T with %s: %s", proof, verb, shown)
			}
		}
	}
}

// Failures are counted by where they come from, whoever they are for.
func TestAddressesCount(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { required(c) })
	limited := false
	for i := range 400 {
		_, err := w.SignIn(t.Context(), app(), fmt.Sprint("nobody", i), "a guess")
		if e, _ := err.(*engine.Error); e != nil && e.Code == engine.CodeThrottled {
			limited = true
			break
		}
	}
	if !limited {
		t.Error("an address may guess for ever")
	}
	_, err := w.SignIn(t.Context(), engine.Client{}, "one more", "a guess")
	wants(t, err, engine.CodeWrong)
}
