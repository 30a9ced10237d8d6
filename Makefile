# Everything that CI runs, by the name of what it proves. `make check` is all of it that needs nobody's answer.
.PHONY: check install vet vulncheck generate test client race-slow timing e2e fuzz bench readme examples

GO ?= go
FUZZTIME ?= 5s
SAMPLES ?= 10000
VULNDB ?= https://vuln.go.dev
# SQLite is C made into Go, and no memory of ours is in its hands: watching it would take five sixths of the time. That package alone can be left
# out: it has no generics, whose code is shared with those who are watched.
RACE = -race '-gcflags=modernc.org/...=-d=checkptr=0' '-gcflags=modernc.org/sqlite/lib=-race=false -d=checkptr=0'

check: install vet test client e2e fuzz readme examples

install: ## what the tests need beside Go: Chromium, PostgreSQL, zbarimg, oathtool, Flask-Security
	.ci/install

generate: ## the store's queries, from their SQL
	$(GO) generate ./internal/store

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	cd e2e && $(GO) vet ./...
	cd bench && $(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...

vulncheck: ## known vulnerabilities that the code calls; not part of check, since it asks VULNDB, which may be a copy (file://...)
	$(GO) tool -modfile=tools/go.mod govulncheck -db $(VULNDB) ./...

test: ## unit tests under the race detector, on SQLite and on a throwaway PostgreSQL
	.ci/in-memory .ci/with-postgres $(GO) test $(RACE) -timeout 30m ./...

client: ## the client in TypeScript, the script for other pages and the page of examples/spa: made anew and compared; types; against a server
	examples/spa/check

e2e: ## the built binary: a real browser, races over HTTP, mail servers, outages, both databases
	.ci/with-postgres sh -c 'cd e2e && $(GO) test -count=1 -timeout 30m ./...'

race-slow: ## the races of e2e with 100 rounds each
	.ci/with-postgres sh -c 'cd e2e && SALLYPORT_TEST_ROUNDS=100 $(GO) test -count=1 -timeout 60m -run Race ./...'

timing: ## how far apart the answers about known and unknown accounts are: hours, on a machine that does nothing else
	.ci/with-postgres sh -c 'cd e2e && SALLYPORT_TEST_SAMPLES=$(SAMPLES) $(GO) test -count=1 -timeout 48h -v -run Timing ./...'

fuzz: ## each fuzz target for FUZZTIME
	.ci/fuzz $(FUZZTIME)

bench: ## ratios, each against a peer or a limit measured in the same run
	cd bench && $(GO) run .

examples: ## each examples/*/run-ci, beside a throwaway PostgreSQL
	.ci/with-postgres .ci/examples

readme: ## every command of the README, and of the documents that CI runs
	.ci/readme
