package pskc

import "time"

// policy reads whether a key may be used for codes. RFC 6030, 5: who does not understand a policy has to assume that
// the key must not be used.
func (k key) policy(t *Token) error {
	policy, err := k.node.child(nsPSKC, "Policy")
	if err != nil || policy == nil {
		return err
	}
	if err := policy.only("StartDate", "ExpiryDate", "PINPolicy", "KeyUsage"); err != nil {
		return err // NumberOfTransactions too: nobody counts them
	}
	if err := usage(policy); err != nil {
		return err
	}
	if err := pinPolicy(policy); err != nil {
		return err
	}
	return dates(policy, t)
}

func usage(policy *node) error {
	named := false
	for _, n := range policy.children {
		if n.name.Local != "KeyUsage" {
			continue
		}
		named = true
		use, err := n.leaf()
		if err != nil {
			return err
		}
		if use == "OTP" {
			return nil
		}
	}
	if named {
		return wrong("leave it out of the file", "its policy does not allow it to be used for codes (KeyUsage)")
	}
	return nil
}

// pinPolicy lets pass what the device does on its own: a PIN that is part of the code would have to be known here.
func pinPolicy(policy *node) error {
	n, err := policy.child(nsPSKC, "PINPolicy")
	if err != nil || n == nil {
		return err
	}
	if len(n.children) > 0 {
		return wrong(askVendor, "its PINPolicy has elements, which are not understood")
	}
	for _, a := range n.attrs {
		switch a.Name.Local {
		case "PINKeyId", "PINUsageMode", "MaxFailedAttempts", "MinLength", "MaxLength", "PINEncoding", "xmlns":
			continue
		}
		if a.Name.Space != "xmlns" {
			return wrong(askVendor, "its PINPolicy has an attribute %s, which is not understood", quote(a.Name.Local))
		}
	}
	if mode := n.attr("PINUsageMode"); mode != "Local" {
		return wrong("ask the vendor for tokens that check the PIN themselves, or have none",
			"its PIN is not checked by the token (PINUsageMode %s)", quote(mode))
	}
	return nil
}

// deviceDates are the device's own (RFC 6030, 4.3.1).
func (k key) deviceDates(t *Token) error {
	if k.device == nil {
		return nil
	}
	return dates(k.device, t)
}

// dates narrows down when a token may be used.
func dates(parent *node, t *Token) error {
	start, err := date(parent, "StartDate")
	if err != nil {
		return err
	}
	if start.After(t.NotBefore) {
		t.NotBefore = start
	}
	end, err := date(parent, "ExpiryDate")
	if err != nil {
		return err
	}
	if !end.IsZero() && (t.NotAfter.IsZero() || end.Before(t.NotAfter)) {
		t.NotAfter = end
	}
	return nil
}

// date reads an xs:dateTime, in UTC where it names no zone; zero when it is not there.
func date(parent *node, local string) (time.Time, error) {
	n, err := parent.child(nsPSKC, local)
	if err != nil || n == nil {
		return time.Time{}, err
	}
	text, err := n.leaf()
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil && !at.IsZero() {
			return at.UTC(), nil
		}
	}
	return time.Time{}, wrong(askVendor, "its %s is no date and time", local)
}
