// Command generate makes the filter that package blocklist embeds, from the public lists that its README.md names. It
// refuses a list that isn't byte for byte the one the filter was made from, so that anybody gets the same filter.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/factor/password/blocklist"
)

// maxKeys keeps the filter within a megabyte.
const maxKeys = 365_000

func main() {
	log.SetFlags(0)
	from := flag.String("lists", "", "the folder of the lists")
	out := flag.String("out", ".", "the folder to write filter.bin to, and what the tests try to its testdata")
	flag.Parse()
	lists := folder(*from)

	common := lines(lists.read("10_million_password_list_top_1M.txt", "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be"))
	var keys set
	keys.add(common, 15)
	keys.add(lines(unzip(lists.read("common-passwords.txt.gz", "a73d3d14f1e9ee570a18232dc1edfd129dc9c0da4315da2b69ad6d92914a6fe6"))), blocklist.MinLength)
	keys.add(inJSON(lists.read("passwords.json", "f422773d94d630f27e08b26d7017e847bb1feb2a84809340e9c0b0c47b33e3f1")), blocklist.MinLength)
	keys.add(inJSON(lists.read("commonWords.json", "184d8cd7ffa3a1727a1448766090daa98001d92f8e6436a7c8a8fca39cc3d441")), blocklist.MinLength)
	keys.add(inJSON(lists.read("wikipedia.json", "6c2ee6cc935f60e9208cdd7dbe4c8446198db31cecafc3fa665dc492f37d7669")), blocklist.MinLength)
	keys.add(repeated(common[:5000]), blocklist.MinLength)
	keys.add(runs(), blocklist.MinLength)
	fmt.Printf("%d passwords before the rest of the million\n", len(keys.all))
	keys.add(common, blocklist.MinLength)

	filter := blocklist.Build(keys.all)
	write(filepath.Join(*out, "filter.bin"), filter)
	for _, least := range []int{8, 15} {
		write(filepath.Join(*out, "testdata", fmt.Sprintf("top%d.txt.gz", least)), zip(sample(common, least, 3000)))
	}
	fmt.Printf("%d passwords in %d bytes; of the million the first %d are in\n", len(keys.all), len(filter), keys.reached)
}

// set is passwords in the order they were added, each once.
type set struct {
	all     [][]byte
	seen    map[string]bool
	reached int // how far the last list was taken
}

// add adds those of at least so many code points, until the filter is full.
func (s *set) add(passwords []string, least int) {
	if s.seen == nil {
		s.seen = make(map[string]bool)
	}
	s.reached = 0
	for _, p := range passwords {
		folded := blocklist.Fold([]byte(p))
		if len(s.all) == maxKeys {
			return
		}
		if s.reached++; utf8.RuneCount(folded) >= least && !s.seen[string(folded)] {
			s.seen[string(folded)] = true
			s.all = append(s.all, folded)
		}
	}
}

// repeated are words said twice and more, until they are as long as a policy asks for.
func repeated(words []string) []string {
	var all []string
	for _, word := range words {
		if len(word) < 3 {
			continue
		}
		for p := word + word; ; p += word {
			all = append(all, p)
			if len(p) >= 20 {
				break
			}
		}
	}
	return all
}

// runs are one character repeated, and neighbours on the keyboard and in the alphabet, in both directions and round the
// end.
func runs() []string {
	var all []string
	const alphabet, rows = "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"
	for _, c := range alphabet + "0123456789" {
		for n := blocklist.MinLength; n <= 64; n++ {
			all = append(all, strings.Repeat(string(c), n))
		}
	}
	for _, circle := range []string{"1234567890", "123456789", alphabet, rows} {
		for _, circle := range []string{circle, reverse(circle)} {
			endless := strings.Repeat(circle, 8)
			for from := range circle {
				for n := blocklist.MinLength; n <= 32; n++ {
					all = append(all, endless[from:from+n])
				}
			}
		}
	}
	return all
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// sample is the first count passwords of at least so many code points.
func sample(passwords []string, least, count int) []byte {
	var b bytes.Buffer
	for _, p := range passwords {
		if utf8.RuneCountInString(p) >= least && count > 0 {
			b.WriteString(p + "\n")
			count--
		}
	}
	return b.Bytes()
}

func lines(b []byte) []string { return strings.Split(strings.TrimRight(string(b), "\n"), "\n") }

func inJSON(b []byte) []string {
	var all []string
	must(json.Unmarshal(b, &all))
	return all
}

// folder holds the lists under the names they have in their packages.
type folder string

// read returns a list, if it is byte for byte the one with that SHA-256.
func (f folder) read(name, sum string) []byte {
	b, err := os.ReadFile(filepath.Join(string(f), name))
	must(err)
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
		log.Fatalf("%s is not the list that the filter was made from: its SHA-256 is %x", name, got)
	}
	return b
}

func unzip(b []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(b))
	must(err)
	b, err = io.ReadAll(r)
	must(err)
	return b
}

func zip(b []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	must(err)
	_, err = w.Write(b)
	must(err)
	must(w.Close())
	return packed.Bytes()
}

func write(path string, b []byte) { must(os.WriteFile(path, b, 0o644)) }

func must(err error) {
	if err != nil {
		log.Fatal("generate: ", err)
	}
}
