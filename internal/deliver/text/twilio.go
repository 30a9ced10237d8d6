package text

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// twilioSender hands messages to Twilio (its Messages resource, version 2010-04-01).
type twilioSender struct {
	shown
	gateway
	url   string
	basic string
	from  string
}

func newTwilio(set setting, o Options) (*twilioSender, error) {
	base, err := url.Parse(o.TwilioURL)
	if err != nil || base.Scheme != "https" && (base.Scheme != "http" || !endpoint.IsLoopback(base.Hostname())) {
		return nil, fmt.Errorf("text: %q is no address for Twilio's API", o.TwilioURL)
	}
	return &twilioSender{
		shown: shown(set.shown()), gateway: newGateway("Twilio", base, o), from: set.from,
		url:   strings.TrimRight(base.String(), "/") + "/2010-04-01/Accounts/" + set.sid + "/Messages.json",
		basic: "Basic " + base64.StdEncoding.EncodeToString([]byte(set.sid+":"+string(set.secret))),
	}, nil
}

// maxValidity is the longest that Twilio takes.
const maxValidity = 10 * time.Hour

// Send returns nil once Twilio has the message in its queue, which it leaves before the message expires or never.
func (s *twilioSender) Send(ctx context.Context, m Message) error {
	if err := m.checked(); err != nil {
		return err
	}
	validity := min(m.ExpiresAt.Sub(s.clock()), maxValidity) / time.Second
	if validity < 1 {
		return s.fail(deliver.Permanent, "the message expired")
	}
	form := url.Values{"To": {m.To}, "Body": {m.Body}, "ValidityPeriod": {strconv.Itoa(int(validity))}}
	if isSID("MG", s.from) {
		form.Set("MessagingServiceSid", s.from)
	} else {
		form.Set("From", s.from)
	}
	header := http.Header{"Authorization": {s.basic}, "Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}
	a, err := s.post(ctx, s.url, header, []byte(form.Encode()))
	if err != nil || a.taken() {
		return err
	}
	code := twilioCode(a.body)
	fault := a.fault()
	about := aboutNumber(code)
	if about != "" {
		fault = deliver.Permanent
	}
	return s.refused(a, fault, m.To, explained(code, about))
}

// twilioCode is the number of an error: of the answer {"code": 21211, "message": "...", ...} nothing else is looked at,
// since the message repeats the telephone number. 0 is none.
func twilioCode(body []byte) int {
	var problem struct {
		Code int `json:"code"`
	}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Code < 0 || problem.Code > 999_999 {
		return 0
	}
	return problem.Code
}

func explained(code int, about string) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprintf(", error %d%s; see https://www.twilio.com/docs/api/errors/%d", code, about, code)
}

// aboutNumber says what Twilio's error tells about the recipient's number, or "". Whatever the status, no other attempt
// will go better.
func aboutNumber(code int) string {
	switch code {
	case 21211, 21217, 21401, 30005:
		return ": there is no such number"
	case 21407, 21614, 21635, 30006:
		return ": the number gets no text messages"
	case 21408:
		return ": the account may not send to the number's country"
	case 21610:
		return ": whoever has the number wants no messages from this sender"
	case 21612:
		return ": the number cannot be reached from this sender"
	case 30003, 30004:
		return ": the number is out of reach, or blocks messages"
	}
	return ""
}
