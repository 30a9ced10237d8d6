package text

var (
	Sign       = sign
	TwilioCode = twilioCode
)
