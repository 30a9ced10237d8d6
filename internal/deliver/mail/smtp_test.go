package mail_test

import (
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

func TestSMTPDelivers(t *testing.T) {
	pool, certificate := authority(t, "localhost", "127.0.0.1")
	for _, tt := range []struct {
		name, userinfo, query string
		mechanisms            map[string]func(*sink) sasl.Server
	}{
		{"nothing", "", "?tls=none", nil},
		{"nothing, signed in", userinfo + "@", "?tls=none", map[string]func(*sink) sasl.Server{"PLAIN": plain}},
		{"STARTTLS", "", "", nil},
		{"STARTTLS, PLAIN", userinfo + "@", "?tls=starttls", map[string]func(*sink) sasl.Server{"PLAIN": plain, "LOGIN": newLogin}},
		{"STARTTLS, LOGIN", userinfo + "@", "?tls=starttls", map[string]func(*sink) sasl.Server{"LOGIN": newLogin, "XPLAIN": plain}},
		{"STARTTLS, SCRAM", userinfo + "@", "?tls=starttls", map[string]func(*sink) sasl.Server{"PLAIN": plain, "SCRAM-SHA-256": newScram}},
		{"TLS", "", "?tls=tls", nil},
		{"TLS, PLAIN", userinfo + "@", "?tls=tls", map[string]func(*sink) sasl.Server{"PLAIN": plain}},
		{"TLS, LOGIN", userinfo + "@", "?tls=tls", map[string]func(*sink) sasl.Server{"LOGIN": newLogin}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sink{mechanisms: tt.mechanisms}
			clear := tt.query == "?tls=none"
			addr := s.serve(t, tt.query == "?tls=tls", func(srv *smtp.Server) {
				srv.AllowInsecureAuth = clear
				if !clear {
					srv.TLSConfig = certificate
				}
			})
			sender := open(t, mail.Options{RootCAs: pool}, "smtp://"+tt.userinfo+addr+tt.query)
			m := message()
			m.Text = strings.ReplaceAll(m.Text, "Ü", "Ue") // what is not ASCII, a file has in other bytes
			for range 2 {
				if err := sender.Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			got := s.all()
			if len(got) != 2 {
				t.Fatalf("%d messages came", len(got))
			}
			signedIn := got[0].who == user
			if got[0].tls == clear || signedIn != (tt.userinfo != "") || got[0].from != "no-reply@example.org" || !slices.Equal(got[0].to, []string{"ann@example.com"}) {
				t.Errorf("came: %+v", got[0])
			}
			if want := string(inDir(t, m)); got[0].raw != want || got[1].raw != want {
				t.Errorf("came:\n%s\nwant:\n%s", got[0].raw, want)
			}
		})
	}
}

func TestWrongCertificate(t *testing.T) {
	pool, certificate := authority(t, "localhost", "127.0.0.1")
	_, stranger := authority(t, "localhost", "127.0.0.1")
	misnamedPool, misnamed := authority(t, "mx.example.org")
	for _, tt := range []struct {
		name string
		opts mail.Options
	}{{"of a stranger", mail.Options{RootCAs: pool}}, {"for another name", mail.Options{RootCAs: misnamedPool}}, {"of nobody the system knows", mail.Options{}}} {
		config := map[string]any{"of a stranger": stranger, "for another name": misnamed, "of nobody the system knows": certificate}[tt.name]
		for _, mode := range []string{"tls", "starttls"} {
			s := &sink{mechanisms: map[string]func(*sink) sasl.Server{"PLAIN": plain}}
			addr := s.serve(t, mode == "tls", func(srv *smtp.Server) { srv.TLSConfig = config.(tlsConfig) })
			err := open(t, tt.opts, "smtp://"+userinfo+"@"+addr+"?tls="+mode).Send(t.Context(), message())
			if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "certificate") {
				t.Errorf("%s, %s: %v", tt.name, mode, err)
			}
			if len(s.all()) > 0 || s.who != "" {
				t.Errorf("%s, %s: a message came, from %q", tt.name, mode, s.who)
			}
		}
	}
}

// TestNothingWithoutSTARTTLS: a server, or whoever stands in between, that does not offer it hears neither password nor
// message.
func TestNothingWithoutSTARTTLS(t *testing.T) {
	spec, heard := talk(polite).serve(t)
	err := open(t, mail.Options{}, strings.Replace(spec, "tls=none", "tls=starttls", 1)).Send(t.Context(), message())
	if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "STARTTLS") {
		t.Error(err)
	}
	if verbs := heard(); slices.Contains(verbs, "AUTH") || slices.Contains(verbs, "MAIL") {
		t.Errorf("heard %v", verbs)
	}
}

func TestSignInRefused(t *testing.T) {
	pool, certificate := authority(t, "127.0.0.1")
	for name, mechanisms := range map[string]map[string]func(*sink) sasl.Server{
		"PLAIN": {"PLAIN": plain}, "LOGIN": {"LOGIN": newLogin}, "SCRAM-SHA-256": {"SCRAM-SHA-256": newScram}, "none known": {"XPLAIN": plain}, "none": nil,
		"endless SCRAM": {"SCRAM-SHA-256": newEndlessScram},
	} {
		s := &sink{mechanisms: mechanisms}
		addr := s.serve(t, false, func(srv *smtp.Server) { srv.TLSConfig = certificate })
		err := open(t, mail.Options{RootCAs: pool}, "smtp://ann:wr0ng@"+addr).Send(t.Context(), message())
		if deliver.FaultOf(err) != deliver.Unavailable || !strings.Contains(err.Error(), "AUTH") || strings.Contains(err.Error(), "wr0ng") {
			t.Errorf("%s: %v", name, err)
		}
		if len(s.all()) > 0 {
			t.Errorf("%s: a message came", name)
		}
	}
}

func TestInternationalAddresses(t *testing.T) {
	m := message()
	m.To = "jürgen@example.com"
	for _, able := range []bool{false, true} {
		s := &sink{}
		addr := s.serve(t, false, func(srv *smtp.Server) { srv.EnableSMTPUTF8 = able })
		sender := open(t, mail.Options{}, "smtp://"+addr+"?tls=none")
		if err := sender.Send(t.Context(), message()); err != nil || s.all()[0].utf8 {
			t.Errorf("able %v: an ordinary address: %v, %v", able, err, s.all()[0].utf8)
		}
		err := sender.Send(t.Context(), m)
		if able && (err != nil || len(s.all()) != 2 || !s.all()[1].utf8 || !slices.Equal(s.all()[1].to, []string{m.To})) {
			t.Errorf("an able server: %v, %+v", err, s.all())
		}
		if !able && (deliver.FaultOf(err) != deliver.Permanent || len(s.all()) != 1) {
			t.Errorf("a server that is not able: %v", err)
		}
	}
}

func TestServerDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	err = open(t, mail.Options{}, "smtp://"+addr+"?tls=none").Send(t.Context(), message())
	if deliver.FaultOf(err) != deliver.Unavailable {
		t.Error(err)
	}
}
