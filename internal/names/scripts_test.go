package names_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/names"
)

func TestScriptsThatMayMix(t *testing.T) {
	for _, in := range []string{
		"alice-2_b.c", "42", "Zo\u00eb", "zoe\u0308", "Иван.Петров-1", "Ѓорѓи", "Σοφία", "ქეთი", "Սուրեն", "משה7", "محمد", "अनिल2", "น้อย",
		"佐藤", "さとう", "サトー", "佐藤さとうサトー", "sato佐藤さとうサトー", "li李", "lǐㄌㄧˇ李", "kim김", "김金", "Straße",
	} {
		if _, key, err := names.Username(in); err != nil {
			t.Errorf("Username(%+q): %v", in, err)
		} else if login, isEmail := names.Login(in); login != key || isEmail {
			t.Errorf("Login(%+q) = %+q, want %+q", in, login, key)
		}
	}
}

func TestScriptsThatMayNotMix(t *testing.T) {
	for in, key := range map[string]string{
		"pаypal": "pаypal", "Иvan": "иvan", "σofia": "σofia", "иван김": "иван김", "김さとう": "김さとう", "ㄅさ": "ㄅさ", "ㄅ김": "ㄅ김",
		"sato佐藤さ김": "sato佐藤さ김", "佐藤и": "佐藤и", "аα": "аα", "x\u0966": "x\u0966",
	} {
		display, got, err := names.Username(in)
		refused(t, "Username", in, display, got, err, names.MixedScript)
		if login, _ := names.Login(in); login != key {
			t.Errorf("Login(%+q) = %+q: who has that name from before is locked out; want %+q", in, login, key)
		}
	}
}
