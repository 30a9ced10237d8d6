package migrations_test

import (
	"fmt"
	"io/fs"
	"log"

	"github.com/sallyport/sallyport/migrations"
)

// A tool that changes schemas takes the files, here for a schema of their own in PostgreSQL.
func ExampleFiles() {
	files, err := migrations.Files(migrations.PostgreSQL, "auth")
	if err != nil {
		log.Fatal(err)
	}
	names, err := fs.Glob(files, "*.sql") // goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names[0])
	// Output:
	// 0001_foundations.sql
}
