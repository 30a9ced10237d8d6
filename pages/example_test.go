package pages_test

import (
	"fmt"
	"io/fs"
	"log"
	"strings"

	"github.com/sallyport/sallyport/pages"
)

// The built-in files are what to start from; `sallyport templates export` writes the same.
func ExampleFiles() {
	files, err := pages.Files()
	if err != nil {
		log.Fatal(err)
	}
	layout, err := fs.ReadFile(files, "layout.html") // os.CopyFS("templates", files) would write all of them
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Count(string(layout), `{{template "content" .}}`))
	// Output:
	// 1
}

// What holds a secret is logged without it.
func ExampleSetup() {
	data := pages.Setup{Kind: "totp", Secret: "JBSWY3DPEHPK3PXP"}
	fmt.Printf("%+v\n", data)
	fmt.Println(pages.Page{Who: "ana", Data: data})
	// Output:
	// pages.Setup(***)
	// {Issuer: Who:ana Wide:false Notice: Error: Field: Also:[] Way:<nil> Here: Data:pages.Setup(***)}
}

// A layout of an application's own logs which page it draws, and nothing that stands on it.
func ExampleFrame() {
	fmt.Println(pages.Frame{Name: "setup", Content: "<code>JBSWY3DPEHPK3PXP</code>"})
	// Output:
	// pages.Frame(setup)
}
