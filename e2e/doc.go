// Package e2e holds the tests of the built binary from outside: a browser that reads the QR code off the screen, races
// over HTTP on both databases, and a server that is killed while it answers.
//
// Run it with `make e2e`; .ci/with-postgres brings the PostgreSQL. What it needs beside Go: chromium or google-chrome,
// zbarimg, oathtool, and for the rules of accessibility npm, without which that part is skipped. It knows nothing of
// the code: it talks to the program as docs and contract describe it, and has nothing to import.
//
//	SALLYPORT_TEST_POSTGRES  a PostgreSQL in which it may make databases; without it, those tests are skipped
//	SALLYPORT_TEST_BINARY    the program to test, instead of one built here
//	SALLYPORT_TEST_ROUNDS    how often each race is run: 10 unless set
//	SALLYPORT_TEST_SAMPLES   how many answers of each kind are timed, on both databases: few, and SQLite's, unless set
//	SALLYPORT_TEST_AXE       axe.min.js of axe-core, instead of asking npm for it
//	SALLYPORT_SCREENSHOTS    a directory to write a picture of every page to
package e2e
