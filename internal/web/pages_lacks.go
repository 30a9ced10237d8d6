package web

import (
	"html"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"
)

// A page that an application draws may lack what people need there: a form, a field of one, a link. That works, and may be
// meant; it is worth a word before somebody is stuck.

// ways are what people can do on a page, in words for whoever wrote its template.
type ways map[string]bool

// Read only.
var (
	tags       = regexp.MustCompile(`(?i)<(/?)(form|input|button|select|textarea|a)\b((?:"[^"]*"|'[^']*'|[^'">])*)>`)
	attributes = regexp.MustCompile(`(?i)\s(action|formaction|href|name)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)`)
	without    = regexp.MustCompile(`\{\{-?\s*/\*\s*without\b:?([^*]*)\*/\s*-?\}\}`)
	fieldName  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
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
			if name := given["name"]; fieldName.MatchString(name) {
				o[name+" in "+form] = true
			}
		}
	}
}

// whereTo is where a form or link leads, without ids and queries. Of one that stands in the data as a whole the name of the field is said.
func whereTo(address, prefix string, words []string) string {
	address, _, _ = strings.Cut(address, "?")
	below, ours := strings.CutPrefix(address, prefix+"/")
	if !ours || slices.Contains(words, strings.ReplaceAll(address, "%20", " ")) {
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
	notes = src.frameless(own)
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
		lacks := should.lacks(has)
		if defines(builtIn, page, "scripts") && !defines(own, page, "scripts") {
			lacks = append(lacks, "the scripts")
		}
		notes = append(notes, src.noted(file, lacks, "lacks what the built-in one has")...)
	}
	return notes
}

// frameless says which pieces of every page an application's layout or frame leaves out. Without a style sheet of ours it may have its
// own.
func (src sources) frameless(own *template.Template) (notes []string) {
	left := leftOut(own, src.pages()[0], "title", "head", "footer")
	notes = src.noted(layoutFile, left, "leaves out what every page has")
	page := slices.IndexFunc(src.pages(), func(page string) bool { return defines(own, page, "scripts") })
	if src.own[frameFile] && page >= 0 && !slices.Contains(left, "head") { // which has them in it
		notes = append(notes, src.noted(frameFile, leftOut(own, src.pages()[page], "scripts"), "leaves out what pages have")...)
	}
	return notes
}

// noted is what a file lacks, but for what it says itself that it is without; and what it says so of and has, or nobody has.
func (src sources) noted(file string, lacks []string, verb string) (notes []string) {
	meant := map[string]bool{} // whether it is so
	for _, found := range without.FindAllStringSubmatch(src.files[file], -1) {
		for _, name := range strings.FieldsFunc(found[1], func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			meant[name] = false
		}
	}
	lacks = slices.DeleteFunc(lacks, func(what string) (said bool) {
		words := strings.Fields(what) // of a field its name is the first, of others it is the last
		for _, name := range []string{words[0], words[len(words)-1]} {
			if _, named := meant[name]; named {
				meant[name], said = true, true
			}
		}
		return said
	})
	if len(lacks) > 0 {
		notes = append(notes, file+" "+verb+": "+strings.Join(lacks, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(meant)) {
		if !meant[name] {
			notes = append(notes, file+" says that it is without "+name+", which it has or the built-in one has not")
		}
	}
	return notes
}

// defines says whether a page has a piece of its own with something in it.
func defines(set *template.Template, page, piece string) bool {
	t := set.Lookup(partOf(page, piece))
	return t != nil && t.Tree != nil && !parse.IsEmptyTree(t.Tree.Root)
}

// madeOf is what of a page stands between the pieces of its frame.
func madeOf(set *template.Template, page string, data any) string {
	var out strings.Builder
	if err := set.ExecuteTemplate(&out, partOf(page, "main"), data); err != nil {
		return "" // tried already
	}
	return out.String()
}
