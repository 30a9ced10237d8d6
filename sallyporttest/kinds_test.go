package sallyporttest_test

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// every is a Config with all kinds of authenticators.
func every(cfg sallyport.Config) sallyport.Config {
	cfg.Authenticators = []string{"totp", "hotp", "webauthn", "push", "sms", "email"}
	cfg.SMSCountries = []string{"US"}
	return cfg
}

// beside are authenticators, one of each kind, and what a session is in which one was used after a password.
func beside() map[sallyporttest.Authenticator]string {
	return map[sallyporttest.Authenticator]string{
		&sallyporttest.CodeApp{}:                                    "aal2 pwd,otp,mfa",
		&sallyporttest.HardwareToken{}:                              "aal2 pwd,otp,mfa",
		&sallyporttest.Passkey{}:                                    "aal2 pwd,pop,mfa",
		&sallyporttest.Passkey{Unverified: true, DeviceBound: true}: "aal2 pwd,pop,mfa",
		&sallyporttest.Approver{}:                                   "aal2 pwd,swk,mfa",
		&sallyporttest.Phone{Number: "+12025550123"}:                "aal2 pwd,sms,mfa",
		&sallyporttest.MailCodes{}:                                  "aal1 pwd",
	}
}

// Each kind is bound, signs in twice, confirms who is there, and one action, under each policy that it is enough for.
func TestEveryKindUnderEveryPolicy(t *testing.T) {
	t.Parallel()
	for policy, enough := range map[string]func(kind string) bool{
		"optional": func(string) bool { return true },
		"required": func(string) bool { return true },
		"aal2":     func(kind string) bool { return kind != "email" },
		"passkey":  func(kind string) bool { return kind == "webauthn" },
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			for one, is := range beside() {
				if !enough(one.Kind()) {
					continue
				}
				t.Run(fmt.Sprintf("%T", one), func(t *testing.T) {
					t.Parallel()
					s := open(t, every(sallyport.Config{SecondFactor: policy}))
					for _, late := range []bool{false, true} {
						useEverywhere(t, s, one, is, late)
					}
				})
			}
		})
	}
}

// useEverywhere takes an authenticator through everything, bound at registration or later.
func useEverywhere(t *testing.T, s *sallyporttest.Service, one sallyporttest.Authenticator, is string, late bool) {
	t.Helper()
	name := fmt.Sprintf("%s%p.%v@example.com", one.Kind(), one, late)
	if mail, ok := one.(*sallyporttest.MailCodes); ok {
		mail.Address = ""
	}
	var p *sallyporttest.Person
	if late {
		p = s.NewPerson(t, name)
		s.Bind(t, p, one)
		p.Authenticators = []sallyporttest.Authenticator{one} // where one is required, there is another
	} else {
		p = s.NewPerson(t, name, one)
	}
	c := s.SignIn(t, p)
	want(t, see(t, c, s.URL+"/in"), name+" "+is)
	want(t, see(t, c, s.URL+"/recent"), "303 /auth/account/confirm")
	s.Confirm(t, c, p)
	want(t, see(t, c, s.URL+"/recent"), name+" "+is)
	token := s.ConfirmAction(t, c, p, "Pay <Bob>")
	want(t, see(t, c, s.URL+"/pay?confirmation="+token), name+" "+is+" Pay <Bob>")
	want(t, see(t, s.SignIn(t, p), s.URL+"/in"), name+" "+is)
}

// Somebody may have several of a kind, and all of the kinds.
func TestSeveral(t *testing.T) {
	t.Parallel()
	s := open(t, every(sallyport.Config{}))
	second := &sallyporttest.CodeApp{}
	all := []sallyporttest.Authenticator{second}
	for one := range beside() {
		all = append(all, one)
	}
	p := s.NewPerson(t, "ana@example.com", all...)
	for _, one := range all {
		see(t, s.SignIn(t, p, sallyporttest.With(one)), s.URL+"/in")
	}
	if len(p.RecoveryCodes) != 10 {
		t.Errorf("%d recovery codes", len(p.RecoveryCodes))
	}
	want(t, see(t, s.SignIn(t, p, sallyporttest.With(p.RecoveryCode(t))), s.URL+"/in"), "ana@example.com aal2 pwd,otp,mfa")
	c := s.SignIn(t, p)
	s.Confirm(t, c, p, p.RecoveryCode(t))
	if len(p.RecoveryCodes) != 8 {
		t.Errorf("%d recovery codes are left", len(p.RecoveryCodes))
	}
}

// Parallel tests may share a Service.
func TestSharedService(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	for i := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			name := fmt.Sprintf("ana%d", i)
			p := s.NewPerson(t, name, &sallyporttest.CodeApp{}, &sallyporttest.Passkey{})
			for _, one := range p.Authenticators {
				c := s.SignIn(t, p, sallyporttest.With(one))
				s.Confirm(t, c, p, one)
				want(t, see(t, c, s.URL+"/in"), name+" aal2 "+map[string]string{"totp": "pwd,otp,mfa", "webauthn": "pwd,pop,mfa"}[one.Kind()])
			}
		})
	}
}

// Whatever limits there are, the clock is moved where they say that it has to be waited.
func TestLimitsAreNoTrouble(t *testing.T) {
	t.Parallel()
	s := open(t, every(sallyport.Config{}))
	for _, one := range []sallyporttest.Authenticator{&sallyporttest.Phone{Number: "+12025550123"}, &sallyporttest.Approver{}, &sallyporttest.MailCodes{}, &sallyporttest.HardwareToken{}} {
		p := s.NewPerson(t, one.Kind()+"@example.com", one)
		for range 12 {
			s.SignIn(t, p)
		}
	}
	for i := range 130 {
		s.NewPerson(t, fmt.Sprintf("person%d", i))
	}
}
