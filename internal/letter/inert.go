package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long things may be, in characters; a link and a code in bytes.
const (
	maxIssuer    = 200
	maxInSubject = 48 // so that what happened is seen too
	maxName      = 128
	maxAddress   = 254
	maxBrowser   = 80
	maxReason    = 500
	maxLink      = 512
	maxCode      = 64
)

// inert returns what somebody chose as one line of text that mail programs make no link of.
//
// They turn whatever looks like one into a link: http://evil.example, www.evil.example, evil.com. A name may look like
// that, and then a message that comes from us, about something that worries, would lead where a stranger wants. So a space
// follows each sign that makes an address of words: "http: / / evil. example". It is seen, which is its advantage over
// invisible characters: those are what filters look for, and what is copied with the name. An email address stays whole:
// a link made of one opens no page, and an account is often known by it.
func inert(s string, most int) string {
	s = shortened(oneLine(s), most)
	if isAddress(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		b.WriteRune(r)
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if links(r) && i+utf8.RuneLen(r) < len(s) && after != ' ' {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// links reports dots, slashes and colons, and what browsers or programs take for one.
func links(r rune) bool { return strings.ContainsRune(`.:/\`+"。．｡․…‥：／＼⁄∕", r) }

// isAddress reports a plain email address whose first part is none of a web site.
func isAddress(s string) bool {
	local, domain, _ := strings.Cut(s, "@")
	return plain(local, "._%+-") && plain(domain, ".-") && !strings.HasPrefix(strings.ToLower(local), "www.")
}

func plain(s, besides string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(besides, r)
	})
}

// oneLine drops what is not seen, line ends and marks of direction among it. Two invisible characters stay: Persian and
// the scripts of India are not written without them.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200C' || r == '\u200D':
			return r
		case unicode.IsControl(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// shortened cuts what is longer than so many characters.
func shortened(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:most])) + "…"
}

// shellWord is one word of a command as a POSIX shell reads it, in one line. Commands name an account by its id: what its
// owner chose would be run by whoever copies it.
func shellWord(s string) string {
	s = oneLine(s)
	if s != "" && only(s, letters+digits+"-_") && s[0] != '-' {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
