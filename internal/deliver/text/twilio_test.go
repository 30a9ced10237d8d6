package text_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

func TestTwilio(t *testing.T) {
	for _, tt := range []struct {
		from  string
		left  time.Duration
		field string
		valid string
	}{
		{number, 10 * time.Minute, "From", "600"},
		{"Sallyport", 90*time.Second + 999*time.Millisecond, "From", "90"},
		{"12345", time.Second, "From", "1"},
		{mg, 72 * time.Hour, "MessagingServiceSid", "36000"},
		{"MG Motors", 10 * time.Minute, "From", "600"},
	} {
		s := &twilio{}
		m := message()
		m.ExpiresAt = now.Add(tt.left)
		must(t, open(t, text.Options{TwilioURL: serve(t, s)}, "twilio:"+sid, tt.from, token).Send(t.Context(), m))
		want := []url.Values{{"To": {m.To}, "Body": {body}, tt.field: {tt.from}, "ValidityPeriod": {tt.valid}}}
		if diff := cmp.Diff(want, s.got()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.from, diff)
		}
	}
}

func TestExpiredMessagesAreNotSent(t *testing.T) {
	s := &twilio{}
	sender := open(t, text.Options{TwilioURL: serve(t, s)}, "twilio:"+sid, number, token)
	for _, left := range []time.Duration{999 * time.Millisecond, 0, -time.Hour} {
		m := message()
		m.ExpiresAt = now.Add(left)
		if err := sender.Send(t.Context(), m); faultOf(t, err) != deliver.Permanent || len(s.got()) > 0 {
			t.Errorf("%v: %v, sent %v", left, err, s.got())
		}
	}
}

func TestWrongToken(t *testing.T) {
	err := open(t, text.Options{TwilioURL: serve(t, &twilio{})}, "twilio:"+sid, number, "another-s3cret").Send(t.Context(), message())
	if faultOf(t, err) != deliver.Unavailable || !strings.Contains(err.Error(), "401, error 20003") || strings.Contains(err.Error(), "s3cret") {
		t.Error(err)
	}
}

// TestTwilioRefuses: what is tried again, and for what nobody pays twice. Of the answer, nothing is repeated but numbers.
func TestTwilioRefuses(t *testing.T) {
	for _, tt := range []struct {
		status, code int
		want         deliver.Fault
		says         string
	}{
		{400, 21211, deliver.Permanent, "there is no such number"},
		{400, 21614, deliver.Permanent, "gets no text messages"},
		{400, 21610, deliver.Permanent, "wants no messages"},
		{400, 21612, deliver.Permanent, "cannot be reached"},
		{403, 21408, deliver.Permanent, "country"},
		{400, 21606, deliver.Permanent, "error 21606; see"},
		{400, 30003, deliver.Permanent, "out of reach"},
		{500, 30006, deliver.Permanent, "gets no text messages"},
		{503, 21610, deliver.Permanent, "wants no messages"},
		{403, 20005, deliver.Permanent, "error 20005"},
		{404, 20404, deliver.Permanent, "error 20404"},
		{401, 20003, deliver.Unavailable, "error 20003"},
		{408, 0, deliver.Unavailable, "status 408"},
		{429, 20429, deliver.Unavailable, "error 20429"},
		{500, 20500, deliver.Unavailable, "error 20500"},
		{503, 20503, deliver.Unavailable, "error 20503"},
		{502, 0, deliver.Unsure, "status 502"},
		{504, 20504, deliver.Unsure, "error 20504"},
		{302, 0, deliver.Permanent, "status 302"},
	} {
		err := viaTwilio(t, problem(tt.status, tt.code), text.Timeouts{})
		if faultOf(t, err) != tt.want || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "to …678 refused") {
			t.Errorf("%d, %d: %v is %v, want %v", tt.status, tt.code, err, deliver.FaultOf(err), tt.want)
		}
		tellsNothing(t, err)
	}
}

// tellsNothing fails where an error holds the number, the text, or a secret.
func tellsNothing(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"12345678", "4915112", "123456", "s3cret", "Example code", "MfKQ9r8"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q tells %q", err, secret)
		}
	}
}

// TestAnswersOfOtherForms: the status decides where nothing else can be read.
func TestAnswersOfOtherForms(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing": "", "HTML": "<!doctype html><title>400</title>", "a list": `[{"code": 21610}]`, "a text": `{"code": "21610"}`, "a fraction": `{"code": 21610.5}`,
		"below zero": `{"code": -1}`, "large": `{"code": 99999999999999999999}`, "cut short": `{"code": 21610`, "two": `{"code": 21610}{"code": 21610}`,
		"long": strings.Repeat(" ", 20<<10) + `{"code": 21610}`,
	} {
		err := viaTwilio(t, says(500, nil, answer), text.Timeouts{})
		if faultOf(t, err) != deliver.Unavailable || !strings.HasSuffix(err.Error(), "status 500") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThrottled(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0": 0, "3600": time.Hour, "86400": time.Hour, "-5": 0, "soon": 0, "99999999999999999999": 0, "1.5": 0,
		now.Add(90 * time.Second).UTC().Format(http.TimeFormat): 89*time.Second + 999999995*time.Nanosecond,
		now.Add(-time.Hour).UTC().Format(http.TimeFormat):       0,
	} {
		for _, status := range []int{429, 503} {
			err := viaTwilio(t, says(status, map[string]string{"Retry-After": header}, `{"code": 20429}`), text.Timeouts{})
			failed, ok := err.(*deliver.Error)
			if !ok || failed.Fault != deliver.Unavailable || failed.RetryAfter != want {
				t.Errorf("%d, %q: %v: %+v, want %v", status, header, err, failed, want)
			}
		}
	}
}
