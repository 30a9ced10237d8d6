package web

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/sallyport/sallyport/internal/web/static"
)

// What an application's files say that no browser or page would ever take: without a word, it looks as if it were not there.

// forbidden is what the Content-Security-Policy of every page refuses.
func forbidden(file, text string) error {
	text = uncommented(text)
	rules := []refusedByBrowsers{
		{`(?i)<style[\s>]`, "", "a style sheet inside the page: put it into " + staticFolder + "/" + themeFile},
		{`(?i)<script\b[^>]*>`, `(?i)\ssrc\s*=`, "a script inside the page: put it into a file of " + staticFolder},
		{`(?i)<[a-z][^<>]*\sstyle\s*=`, "", "an attribute style: give it a class, and " + staticFolder + "/" + themeFile + " a rule"},
		{`(?i)<[a-z][^<>]*\son[a-z]+\s*=`, "", "a script in an attribute: put it into a file of " + staticFolder},
		{`(?i)<(?:script|img|link|iframe)\s[^<>]*(?:src|href)\s*=\s*["']?(?:https?:)?//`, "", "a file from another host: put it into " + staticFolder},
	}
	if strings.HasSuffix(file, ".css") {
		rules = []refusedByBrowsers{
			{`(?i)@import`, "", "@import of a style sheet: put its rules into this one"},
			{`(?i)url\(\s*["']?(?:https?:)?//`, "", "a file from another host: put it into " + staticFolder},
			{`(?i)url\(\s*["']?data:`, "", "a file inside the style sheet: put it into " + staticFolder},
		}
	}
	var wrong []error
	for _, rule := range rules {
		if line := rule.line(text); line > 0 {
			wrong = append(wrong, fmt.Errorf("%s:%d: browsers refuse, by the page's Content-Security-Policy, %s", file, line, rule.cure))
		}
	}
	return errors.Join(wrong...)
}

// uncommented is a text without its comments, with as many lines.
func uncommented(text string) string {
	return regexp.MustCompile(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}|<!--.*?-->|/\*.*?\*/`).ReplaceAllStringFunc(text, func(comment string) string {
		return strings.Repeat("\n", strings.Count(comment, "\n"))
	})
}

// notThere is an error about files beside a style sheet that it names and that there aren't.
func notThere(file, text string, has func(name string) bool) error {
	var wrong []error
	for _, found := range regexp.MustCompile(`(?i)url\(\s*["']?(?:\./)?([\w-][\w.-]*)["']?\s*\)`).FindAllStringSubmatch(uncommented(text), -1) {
		if !has(found[1]) {
			wrong = append(wrong, fmt.Errorf("%s names %s, which is not in %s", file, found[1], staticFolder))
		}
	}
	return errors.Join(wrong...)
}

// refusedByBrowsers is something that the policy refuses, unless it has something else in it, and what to do about it.
type refusedByBrowsers struct{ what, unless, cure string }

// line is where a text has it first; 0 for nowhere.
func (r refusedByBrowsers) line(text string) int {
	for _, at := range regexp.MustCompile(r.what).FindAllStringIndex(text, -1) {
		if r.unless == "" || !regexp.MustCompile(r.unless).MatchString(text[at[0]:at[1]]) {
			return 1 + strings.Count(text[:at[0]], "\n")
		}
	}
	return 0
}

// unknownProperties is an error about custom properties of ours that there aren't.
func unknownProperties(file, text string) error {
	ours, err := fs.ReadFile(static.Files(), "style.css")
	if err != nil {
		return err
	}
	property := regexp.MustCompile(`--sallyport-[\w-]+`)
	known := property.FindAllString(string(ours), -1)
	for _, name := range property.FindAllString(text, -1) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s has %s, which there isn't: docs/pages.md has the list", file, name)
		}
	}
	return nil
}

// unread is an error about what an application's files say outside of every define: it would be shown nowhere.
func (src sources) unread(set *template.Template) error {
	var wrong []error
	for file := range src.own {
		if file == layoutFile {
			continue
		}
		if t := set.Lookup(file); t != nil && t.Tree != nil && !parse.IsEmptyTree(t.Tree.Root) {
			wrong = append(wrong, fmt.Errorf("%s has something outside of {{define}}, which no page shows", file))
		}
	}
	return errors.Join(wrong...)
}
