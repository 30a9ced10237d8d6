package pskc

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Namespaces.
const (
	nsPSKC   = "urn:ietf:params:xml:ns:keyprov:pskc"
	nsDS     = "http://www.w3.org/2000/09/xmldsig#"
	nsXenc   = "http://www.w3.org/2001/04/xmlenc#"
	nsXenc11 = "http://www.w3.org/2009/xmlenc11#"
)

// Far more than what RFC 6030 nests, and gives to one element.
const (
	maxDepth      = 32
	maxAttributes = 32
)

// node is an element. Structs with tags would take the last of two elements and forget those they don't know; here
// each is asked for, and what is left over can be refused.
type node struct {
	name     xml.Name
	attrs    []xml.Attr
	text     []byte // of this element alone
	children []*node
}

// parse reads a document without trusting it. It loops, so depth costs memory alone.
func parse(raw []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	var b builder
	for {
		token, err := d.Token() // Strict, and no Entity: five entities exist, and none can be declared
		if err == io.EOF {
			return b.document()
		}
		if err != nil {
			line, _ := d.InputPos()
			return nil, wrong(askVendor, "it is not well-formed XML in UTF-8: line %d", line)
		}
		if err := b.add(token); err != nil {
			return nil, err
		}
	}
}

// builder puts tokens together to a tree.
type builder struct {
	root *node
	open []*node // from the root to where we are
}

func (b *builder) add(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return b.start(t)
	case xml.EndElement:
		b.open = b.open[:len(b.open)-1]
	case xml.CharData:
		if len(b.open) > 0 {
			here := b.open[len(b.open)-1]
			here.text = append(here.text, t...)
		} else if len(bytes.TrimSpace(t)) > 0 {
			return wrong(askVendor, "it has text outside its root element")
		}
	case xml.Directive:
		return wrong(askVendor, "it has a document type or declares entities")
	}
	return nil
}

func (b *builder) start(t xml.StartElement) error {
	n := &node{name: t.Name, attrs: slices.Clone(t.Attr)}
	if len(n.attrs) > maxAttributes {
		return wrong(askVendor, "an element %s has more than %d attributes", quote(n.name.Local), maxAttributes)
	}
	for i, a := range n.attrs { // XML says so, the decoder does not
		if slices.ContainsFunc(n.attrs[:i], func(other xml.Attr) bool { return other.Name == a.Name }) {
			return wrong(askVendor, "an element %s has an attribute twice", quote(n.name.Local))
		}
	}
	switch {
	case len(b.open) == maxDepth:
		return wrong(askVendor, "its elements are nested more than %d deep", maxDepth)
	case len(b.open) > 0:
		parent := b.open[len(b.open)-1]
		parent.children = append(parent.children, n)
	case b.root != nil:
		return wrong(askVendor, "it has two root elements")
	default:
		b.root = n
	}
	b.open = append(b.open, n)
	return nil
}

func (b *builder) document() (*node, error) {
	if b.root == nil {
		return nil, wrong("check that this is the right file", "it is empty")
	}
	return b.root, nil
}

// child returns the one child of that name, nil when there is none; two are an error. An empty space is any.
func (n *node) child(space, local string) (*node, error) {
	var found *node
	for _, c := range n.children {
		if c.name.Local != local || space != "" && c.name.Space != space {
			continue
		}
		if found != nil {
			return nil, wrong(askVendor, "%s has two elements %s", n.name.Local, local)
		}
		found = c
	}
	return found, nil
}

// need is child for what has to be there.
func (n *node) need(space, local string) (*node, error) {
	c, err := n.child(space, local)
	if err == nil && c == nil {
		return nil, wrong(askVendor, "%s has no element %s", n.name.Local, local)
	}
	return c, err
}

// only refuses children that are not in PSKC's namespace or not among the names.
func (n *node) only(locals ...string) error {
	for _, c := range n.children {
		if c.name.Space != nsPSKC || !slices.Contains(locals, c.name.Local) {
			return wrong(askVendor, "%s has an element %s, which is not understood", n.name.Local, quote(c.name.Local))
		}
	}
	return nil
}

// attr returns an attribute without a namespace; "" when it is not there.
func (n *node) attr(local string) string {
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// leaf returns the text of an element without children, with single spaces.
func (n *node) leaf() (string, error) {
	if len(n.children) > 0 {
		return "", wrong(askVendor, "%s has elements where text belongs", n.name.Local)
	}
	return strings.Join(strings.Fields(string(n.text)), " "), nil
}

// bytes decodes an xs:base64Binary, which may have white space everywhere.
func (n *node) bytes() ([]byte, error) {
	text, err := n.leaf()
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil || len(raw) == 0 {
		return nil, wrong(askVendor, "%s is empty or not base64", n.name.Local)
	}
	return raw, nil
}

// number reads a decimal number between bounds.
func (n *node) number(least, most int64) (int64, error) {
	text, err := n.leaf()
	if err != nil {
		return 0, err
	}
	return readNumber(n.name.Local, text, least, most)
}

func readNumber(name, text string, least, most int64) (int64, error) {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < least || v > most {
		return 0, wrong(askVendor, "%s has to be a number from %d to %d", name, least, most)
	}
	return v, nil
}
