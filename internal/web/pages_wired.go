package web

import (
	"errors"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"text/template/parse"
)

// pieces are the templates that the frame and each page define, and that are nothing without the page's data.
func pieces() []string {
	return []string{"title", "main", "scripts", "style", "head", "content", "footer"}
}

// wired is an error about a page that does not show itself, or that calls one of its pieces without the dot: each works, and nobody
// can sign in.
func wired(set *template.Template, page string) error {
	w := wiring{set: set, page: page, seen: map[string]bool{}}
	w.follow(pageName(page))
	if w.err == nil && !w.seen[partOf(page, "main")] {
		w.err = errors.New(layoutFile + ` does not show the page: it lacks {{template "content" .}}`)
		if w.seen[partOf(page, "content")] {
			w.err = errors.New(frameFile + ` does not show the page: its "content" lacks {{template "main" .}}`)
		}
	}
	return w.err
}

// leftOut are the pieces of a page that its layout or frame does not show: a page without them is there, and lacks something.
func leftOut(set *template.Template, page string, pieces ...string) (left []string) {
	w := wiring{set: set, page: page, seen: map[string]bool{}}
	w.follow(pageName(page))
	for _, piece := range pieces {
		name := partOf(page, piece)
		shown := slices.ContainsFunc(slices.Collect(maps.Keys(w.seen)), func(seen string) bool {
			return seen == name || strings.HasPrefix(seen, name+"$htmltemplate_") // escaped for its place
		})
		if set.Lookup(name) != nil && !shown {
			left = append(left, piece)
		}
	}
	return left
}

type wiring struct {
	set  *template.Template
	page string
	seen map[string]bool // the templates that are called
	err  error
}

func (w *wiring) follow(name string) {
	if w.seen[name] {
		return
	}
	w.seen[name] = true
	if t := w.set.Lookup(name); t != nil && t.Tree != nil {
		w.walk(t.Tree, t.Tree.Root)
	}
}

func (w *wiring) walk(tree *parse.Tree, node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			w.walk(tree, child)
		}
	case *parse.IfNode:
		w.both(tree, n.BranchNode)
	case *parse.WithNode:
		w.both(tree, n.BranchNode)
	case *parse.RangeNode:
		w.both(tree, n.BranchNode)
	case *parse.TemplateNode:
		w.call(tree, n)
	}
}

func (w *wiring) both(tree *parse.Tree, n parse.BranchNode) {
	w.walk(tree, n.List)
	w.walk(tree, n.ElseList)
}

func (w *wiring) call(tree *parse.Tree, n *parse.TemplateNode) {
	i := slices.IndexFunc(pieces(), func(piece string) bool { return n.Name == partOf(w.page, piece) })
	if i >= 0 && n.Pipe == nil && w.err == nil {
		at, _ := tree.ErrorContext(n)
		w.err = tellFile(fmt.Errorf("%s: {{template %q}} lacks its dot: {{template %[2]q .}}", at, pieces()[i]))
	}
	w.follow(n.Name)
}
