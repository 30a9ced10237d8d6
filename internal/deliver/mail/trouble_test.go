package mail_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		verb string
		code int
		want deliver.Fault
	}{
		{"", 421, deliver.Unavailable}, {"", 554, deliver.Unavailable},
		{"AUTH", 454, deliver.Unavailable}, {"AUTH", 535, deliver.Unavailable},
		{"MAIL", 421, deliver.Unavailable}, {"MAIL", 451, deliver.Temporary}, {"MAIL", 550, deliver.Permanent}, {"MAIL", 530, deliver.Unavailable},
		{"RCPT", 421, deliver.Unavailable}, {"RCPT", 450, deliver.Temporary}, {"RCPT", 550, deliver.Permanent}, {"RCPT", 354, deliver.Unavailable},
		{"DATA", 421, deliver.Unavailable}, {"DATA", 451, deliver.Temporary}, {"DATA", 554, deliver.Permanent},
		{".", 421, deliver.Unavailable}, {".", 452, deliver.Temporary}, {".", 554, deliver.Permanent}, {".", 354, deliver.Unsure},
	} {
		reply := fmt.Sprintf("%d-5.1.1 <ann@example.com> is\r\n%d 5.1.1 not wanted", tt.code, tt.code)
		spec, _ := except(tt.verb, func() (string, bool) { return reply, true }).serve(t)
		err := open(t, mail.Options{}, spec).Send(t.Context(), message())
		if err == nil || deliver.FaultOf(err) != tt.want {
			t.Errorf("%d to %q: %v is %v, want %v", tt.code, tt.verb, err, deliver.FaultOf(err), tt.want)
			continue
		}
		text := err.Error()
		if !strings.Contains(text, fmt.Sprint(tt.code)) || !strings.Contains(text, "not wanted") || strings.ContainsAny(text, "@\r\n") {
			t.Errorf("%d to %q: the error is %q", tt.code, tt.verb, text)
		}
	}
}

func TestAfterTheMessageWasTakenNothingFails(t *testing.T) {
	for _, reply := range []string{"554 no", ""} {
		spec, heard := except("QUIT", func() (string, bool) { return reply, reply != "" }).serve(t)
		if err := open(t, mail.Options{}, spec).Send(t.Context(), message()); err != nil {
			t.Errorf("QUIT answered with %q: %v", reply, err)
		}
		if want := []string{"EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".", "QUIT"}; !slices.Equal(heard(), want) {
			t.Errorf("heard %v", heard())
		}
	}
}

var phases = []struct {
	verb  string
	fault deliver.Fault // when the connection is lost there
}{
	{"", deliver.Unavailable}, {"EHLO", deliver.Unavailable}, {"AUTH", deliver.Unavailable}, {"MAIL", deliver.Unavailable},
	{"RCPT", deliver.Unavailable}, {"DATA", deliver.Unavailable}, {"content", deliver.Unavailable}, {".", deliver.Unsure},
}

// large is more than the buffers between two ends of a connection hold, so that a server that stops reading is noticed.
func large() mail.Message {
	m := message()
	m.Text, m.HTML = strings.Repeat("ü", 500_000), strings.Repeat("ö", 500_000)
	return m
}

func TestHangingUp(t *testing.T) {
	for _, p := range phases {
		m := message()
		if p.verb == "content" {
			m = large()
		}
		spec, _ := except(p.verb, func() (string, bool) { return "", false }).serve(t)
		if err := open(t, mail.Options{}, spec).Send(t.Context(), m); err == nil || deliver.FaultOf(err) != p.fault {
			t.Errorf("at %q: %v is %v, want %v", p.verb, err, deliver.FaultOf(err), p.fault)
		}
	}
}

// TestStalling: wherever a server stops answering, the end of the context ends the attempt.
func TestStalling(t *testing.T) {
	for _, p := range phases {
		m := message()
		if p.verb == "content" {
			m = large()
		}
		reached, release := make(chan struct{}), make(chan struct{})
		spec, _ := except(p.verb, func() (string, bool) { close(reached); <-release; return "", false }).serve(t)
		t.Cleanup(func() { close(release) }) // runs before the server's
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-reached; cancel() }()
		want := p.fault
		if want == deliver.Unavailable {
			want = deliver.Temporary // nothing is wrong with the server; we stop
		}
		err := open(t, mail.Options{}, spec).Send(ctx, m)
		if err == nil || deliver.FaultOf(err) != want || !strings.Contains(err.Error(), context.Canceled.Error()) {
			t.Errorf("at %q: %v is %v, want %v", p.verb, err, deliver.FaultOf(err), want)
		}
	}
}

// TestTimeouts: wherever a server stops answering, patience ends, and it is the server's fault.
func TestTimeouts(t *testing.T) {
	for _, p := range phases {
		m, limits := message(), mail.Timeouts{}
		switch p.verb {
		case "content":
			m, limits.Data = large(), 100*time.Millisecond
		case ".":
			limits.Data = 100 * time.Millisecond
		default:
			limits.Command = 100 * time.Millisecond
		}
		release := make(chan struct{})
		spec, _ := except(p.verb, func() (string, bool) { <-release; return "", false }).serve(t)
		t.Cleanup(func() { close(release) })
		if err := open(t, mail.Options{Timeouts: limits}, spec).Send(t.Context(), m); err == nil || deliver.FaultOf(err) != p.fault {
			t.Errorf("at %q: %v is %v, want %v", p.verb, err, deliver.FaultOf(err), p.fault)
		}
	}
	t.Run("TLS", func(t *testing.T) {
		l := listen(t) // takes connections and says nothing
		limits := mail.Timeouts{Dial: 100 * time.Millisecond}
		err := open(t, mail.Options{Timeouts: limits}, "smtp://"+l.Addr().String()+"?tls=tls").Send(t.Context(), message())
		if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "TLS") {
			t.Error(err)
		}
	})
}

// TestUnprotectedOnlyToThisMachine: the setting is checked by name, but names mean what their servers say.
func TestUnprotectedOnlyToThisMachine(t *testing.T) {
	answerNames(t, [4]byte{192, 0, 2, 1})
	err := open(t, mail.Options{}, "smtp://mx.localhost:25?tls=none").Send(t.Context(), message())
	if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "another machine") {
		t.Error(err)
	}
}

// TestSigningInToThisMachine works under each of its names.
func TestSigningInToThisMachine(t *testing.T) {
	answerNames(t, [4]byte{127, 0, 0, 1})
	spec, heard := talk(polite).serve(t)
	err := open(t, mail.Options{}, strings.Replace(spec, "127.0.0.1", "mx.localhost", 1)).Send(t.Context(), message())
	if err != nil || !slices.Contains(heard(), "AUTH") {
		t.Errorf("%v, heard %v", err, heard())
	}
}

// TestEndlessAnswers: a server cannot fill the memory.
func TestEndlessAnswers(t *testing.T) {
	for name, reply := range map[string]string{
		"line": "250-" + strings.Repeat("x", 4<<20), "lines": strings.Repeat("250-SIZE\r\n", 400_000) + "250 ok",
	} {
		spec, heard := except("EHLO", func() (string, bool) { return reply, true }).serve(t)
		err := open(t, mail.Options{}, spec).Send(t.Context(), message())
		if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "too much") || len(err.Error()) > 400 {
			t.Errorf("%s: %.500v", name, err)
		}
		if slices.Contains(heard(), "MAIL") {
			t.Errorf("%s: heard %v", name, heard())
		}
	}
}

// TestServersCannotRepeatPasswords into an error, and so into a log.
func TestServersCannotRepeatPasswords(t *testing.T) {
	secret := base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + password))
	for _, verb := range []string{"AUTH", "RCPT"} {
		reply := "535 not " + secret + " and not " + password + " or " + base64.StdEncoding.EncodeToString([]byte(password))
		spec, _ := except(verb, func() (string, bool) { return reply, true }).serve(t)
		err := open(t, mail.Options{}, spec).Send(t.Context(), message())
		if text := fmt.Sprint(err); !strings.Contains(text, "535") || strings.Contains(text, "cret") || strings.Contains(text, secret[:10]) ||
			strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(password))[:10]) {
			t.Errorf("%s: %s", verb, text)
		}
	}
}
