package web

import (
	"html"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A page that an application draws may lack what people need there: a form, a field of one, a link. That works, and may be
// meant; it is worth a word before somebody is stuck.

// ways are what people can do on a page, in words for whoever wrote its template.
type ways map[string]bool

// Read only.
var (
	tags        = regexp.MustCompile(`(?i)<(/?)(form|input|button|select|textarea|a)\b((?:"[^"]*"|'[^']*'|[^'">])*)>`)
	attributes  = regexp.MustCompile(`(?i)\s(action|formaction|href|name)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)`)
	leftOut     = regexp.MustCompile(`\{\{-?\s*/\*\s*without\b:?([^*]*)\*/\s*-?\}\}`)
	fixedOfName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// add takes in a page that was made with data that had these words.
func (o ways) add(page, prefix string, words []string) {
	form := ""
	for _, tag := range tags.FindAllStringSubmatch(page, -1) {
		closes, element := tag[1] != "", strings.ToLower(tag[2])
		given := map[string]string{}
		for _, a := range attributes.FindAllStringSubmatch(tag[3], -1) {
			given[strings.ToLower(a[1])] = html.UnescapeString(strings.Trim(a[2], `"'`))
		}
		switch {
		case element == "form" && closes:
			form = ""
		case element == "form":
			form = "the form " + whereTo(given["action"], prefix, words)
			o[form] = true
		case element == "a":
			if to := whereTo(given["href"], prefix, words); strings.HasPrefix(to, "/") {
				o["the link "+to] = true
			}
		case form != "":
			if to := given["formaction"]; to != "" {
				o["the button "+whereTo(to, prefix, words)] = true
			}
			if name := given["name"]; fixedOfName.MatchString(name) {
				o[name+" in "+form] = true
			}
		}
	}
}

// whereTo is where a form or link leads, without ids and queries. Of one that stands in the data as a whole the name of the field is said.
func whereTo(address, prefix string, words []string) string {
	address, _, _ = strings.Cut(address, "?")
	below, ours := strings.CutPrefix(address, prefix+"/")
	if !ours {
		return ".Action"
	}
	steps := strings.Split(below, "/")
	for i, step := range steps {
		if i > 1 && slices.Contains(words, strings.ReplaceAll(step, "%20", " ")) {
			steps[i] = "..."
		}
	}
	return "/" + strings.Join(steps, "/")
}

// lacks is what of these is not in own; fields of a form that is not there at all are not counted up.
func (o ways) lacks(own ways) (all []string) {
	for _, what := range slices.Sorted(maps.Keys(o)) {
		_, form, inForm := strings.Cut(what, " in ")
		if !own[what] && (!inForm || own[form]) {
			all = append(all, what)
		}
	}
	return all
}

// lacking says of each page that is an application's what of the built-in one it lacks, but for what it says itself that it is without.
func (src sources) lacking(own, builtIn *template.Template, prefix string) (notes []string) {
	for _, page := range src.pages() {
		file := page + pageEnding
		if !src.own[file] {
			continue
		}
		has, should := ways{}, ways{}
		words := src.words(page)
		for p := range src.tried(page, trials) {
			has.add(madeOf(own, page, p), prefix, words)
			should.add(madeOf(builtIn, page, p), prefix, words)
		}
		meant := ""
		for _, found := range leftOut.FindAllStringSubmatch(src.files[file], -1) {
			meant += " " + found[1]
		}
		lacks := slices.DeleteFunc(should.lacks(has), func(what string) bool { return isMeant(what, strings.FieldsFunc(meant, isApart)) })
		if len(lacks) > 0 {
			notes = append(notes, file+" lacks what the built-in one has: "+strings.Join(lacks, ", "))
		}
	}
	return notes
}

// isMeant says whether what is left out is named, as a field or as an address.
func isMeant(what string, meant []string) bool {
	first, _, _ := strings.Cut(what, " ")
	last := what[strings.LastIndex(what, " ")+1:]
	return slices.Contains(meant, first) || slices.Contains(meant, last)
}

func isApart(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' || r == '\r' }

// madeOf is what of a page stands between the pieces of its frame.
func madeOf(set *template.Template, page string, data any) string {
	var out strings.Builder
	if err := set.ExecuteTemplate(&out, partOf(page, "main"), data); err != nil {
		return "" // tried already
	}
	return out.String()
}
