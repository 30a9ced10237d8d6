package letter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// gsm is the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1) without its extension table, the line ends, and the two
// signs that the line with a code's host and digits begins with: those are in a text once.
const gsm = ` !"$%&'()*+,-./:;<=>?` + digits + letters + `£¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà`

// isGSM says whether a text is of the default alphabet, line ends and the signs of a bound code included.
func isGSM(text string) bool { return only(text, gsm+"\n@#") }

// gsmText is a text without the marks that the alphabet lacks, where that is all that keeps it from being of it: in 16 bits a
// text of a few accents costs twice. "Código" is read as Codigo; a text of another script stays as it is.
func gsmText(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		plain, known := string(r), strings.ContainsRune("\n@#", r)
		if !known {
			plain, known = gsmRune(r)
		}
		if !known {
			return text
		}
		b.WriteString(plain)
	}
	return b.String()
}

// wideName is a name in a text of 16 bits: in one line, and without the two signs that a bound code begins with.
func wideName(name string) string {
	return oneLine(strings.NewReplacer("@", " ", "#", " ").Replace(name))
}

// gsmName returns a name as a text message can have it, or "" where it can't. One character outside the alphabet makes
// telephones write all of it in 16 bits, and 160 characters become 70. So letters lose the marks that the alphabet lacks
// (Škoda, Skoda), typographic signs become plain ones, and other signs become spaces; but a name with a letter of another
// script is left out as a whole: half a name is another name.
func gsmName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(name) {
		plain, known := gsmRune(r)
		switch {
		case known:
			b.WriteString(plain)
		case unicode.In(r, unicode.L, unicode.N):
			return ""
		case !unicode.In(r, unicode.M, unicode.Cf):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// gsmRune is one character in the alphabet: itself, what stands for it, or a letter without its marks.
func gsmRune(r rune) (string, bool) {
	if strings.ContainsRune(gsm, r) {
		return string(r), true
	}
	if sign := plainSign(r); sign != "" {
		return sign, true
	}
	if !unicode.In(r, unicode.L, unicode.N) {
		return "", false
	}
	base := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(r)))
	return base, base != "" && only(base, gsm)
}

// plainSign is for typographic signs, brackets, and the letters without marks to lose that European names have.
func plainSign(r rune) string {
	switch r {
	case '‘', '’', '‚', '´', '`':
		return "'"
	case '“', '”', '„', '«', '»':
		return `"`
	case '‐', '‑', '–', '—', '−':
		return "-"
	case '\u00A0', '\u202F', '\u2009':
		return " "
	case '…':
		return "..."
	case '[', '{':
		return "("
	case ']', '}':
		return ")"
	case 'Ł':
		return "L"
	case 'ł':
		return "l"
	case 'Đ':
		return "D"
	case 'đ':
		return "d"
	case 'Œ':
		return "OE"
	case 'œ':
		return "oe"
	case 'ı':
		return "i"
	}
	return ""
}
