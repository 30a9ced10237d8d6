package pskc

import (
	"slices"
	"strings"
)

// container is a file that was opened: what its keys share.
type container struct {
	packages []*node
	seal     *sealing // nil where nothing is encrypted
}

func open(root *node, opts Options) (*container, error) {
	if root.name.Space != nsPSKC || root.name.Local != "KeyContainer" {
		return nil, notPSKC(root)
	}
	if v := root.attr("Version"); v != "1.0" { // RFC 6030, 4
		return nil, wrong(askVendor, "its version is %s, and only 1.0 is known", quote(v))
	}
	if err := refuseCritical(root); err != nil {
		return nil, err
	}
	c := &container{}
	for _, n := range root.children {
		switch {
		case n.name.Space == nsPSKC && n.name.Local == "KeyPackage":
			c.packages = append(c.packages, n)
		case n.name.Space == nsPSKC && slices.Contains([]string{"EncryptionKey", "MACMethod", "Extensions"}, n.name.Local):
		case n.name.Local == "Signature" && (n.name.Space == nsPSKC || n.name.Space == nsDS): // RFC 6030, 7; its figure 9 has the first
		default:
			return nil, wrong(askVendor, "KeyContainer has an element %s, which is not understood", quote(n.name.Local))
		}
	}
	switch {
	case len(c.packages) == 0:
		return nil, wrong(askVendor, "it holds no keys")
	case len(c.packages) > maxKeys:
		return nil, wrong("ask for it in several parts", "it holds more than %d keys", maxKeys)
	case !slices.ContainsFunc(c.packages, encrypted):
		return c, nil
	}
	var err error
	c.seal, err = unlock(root, opts)
	return c, err
}

func notPSKC(root *node) error {
	if strings.Contains(root.name.Space, "keyprov") || strings.Contains(root.name.Space, "openauthentication") {
		return wrong(askVendor, "it follows a draft from before RFC 6030")
	}
	return wrong("check that this is the right file", "it is no PSKC file: its root element is %s", quote(root.name.Local))
}

// encrypted says whether anything below n is encrypted.
func encrypted(n *node) bool {
	return n.name.Local == "EncryptedValue" || slices.ContainsFunc(n.children, encrypted) // maxDepth deep at most
}

// refuseCritical refuses extensions that say of themselves that they must be understood. RFC 6030 has no such mark of
// its own; those of others are honoured. Extensions of what codes are made of are refused elsewhere, marked or not.
func refuseCritical(n *node) error {
	for _, c := range n.children {
		if c.name.Space == nsPSKC && c.name.Local == "Extensions" && isCritical(c) {
			return wrong(askVendor, "%s has an extension that must be understood, and is not", n.name.Local)
		}
	}
	return nil
}

func isCritical(n *node) bool {
	for _, a := range n.attrs {
		name, value := strings.ToLower(a.Name.Local), strings.TrimSpace(a.Value)
		if (name == "critical" || name == "mustunderstand") && value != "false" && value != "0" {
			return true
		}
	}
	return slices.ContainsFunc(n.children, isCritical)
}

// tokens reads every key, and returns all or none.
func (c *container) tokens() ([]Token, error) {
	pins := c.pins()
	tokens, seen := []Token{}, map[string]bool{}
	var wrongs Problems
	for i, p := range c.packages {
		k := identify(p)
		if k.err == nil && seen[k.id] {
			k.err = wrong(askVendor, "another key of the file has the same Id")
		}
		seen[k.id] = true
		if k.err == nil && k.isPIN() && pins[k.id] {
			continue
		}
		t, err := k.token(c.seal)
		if err != nil {
			wrongs = append(wrongs, k.problem(i+1, err))
			continue
		}
		tokens = append(tokens, t)
	}
	switch {
	case len(wrongs) > 0:
		return nil, wrongs
	case len(tokens) == 0:
		return nil, Problems{problem(wrong(askVendor, "it holds PINs and no keys"))}
	}
	return tokens, nil
}

// pins are the keys that a policy names as its PIN (RFC 6030, 5 and figure 5).
func (c *container) pins() map[string]bool {
	pins := map[string]bool{}
	var look func(n *node)
	look = func(n *node) {
		if n.name.Space == nsPSKC && n.name.Local == "PINPolicy" {
			pins[n.attr("PINKeyId")] = true
		}
		for _, child := range n.children {
			look(child)
		}
	}
	for _, p := range c.packages {
		look(p)
	}
	return pins
}
