// Package pages is what an application's own templates of the sign-in pages are made of: the built-in templates to start from,
// and a struct for each page with what it may show.
//
// # Which way to take
//
// Colours, corners and the font: a style sheet static/theme.css that sets custom properties, such as --sallyport-accent. See docs/pages.md
// for the list. A logo: static/mark.svg, or a template "mark". The frame around every page: layout.html, or
// [sallyport.Config.Layout], a function that puts the content of a page into whatever the application renders pages with. One page in other
// words: its file. Everything: package engine, without any page of these.
//
// # Templates
//
// Give sallyport.Config.Templates a file system, such as os.DirFS or an embed.FS; the binary has the setting templates. `sallyport templates
// export DIR` and [Files] have the built-in files to start from; keep those that you change. In it,
//
//   - NAME.html of a built-in page, or layout.html, frame.html or a built-in part_NAME.html, takes the place of the built-in file. A
//     page defines "title" and "main", and "scripts" if it has some;
//   - part_NAME.html of another name adds templates of its own, and a template that it defines under a name that a built-in part has,
//     such as "mark", wins;
//   - static/NAME.css, .svg, .png, .ico, .woff2 or .js is served, under a name made of its content, as {{static "NAME.css"}} says. theme.css is
//     linked by itself, after the built-in style sheet. mark.svg, style.css and the icons take the place of those; the built-in scripts can't be
//     replaced.
//
// Names that begin with a dot or README, and those that end in .md, are passed over. A file of any other name is a mistake, which
// sallyport.New reports with those that it could be. It also executes every page that a file of yours has part in, with data of all sorts: a field that isn't there, a template that is missing, a text that no catalogue has, or HTML
// in which a value would stand where it can't be escaped, is an error with file and line before anybody sees it. If a page fails
// nevertheless, the built-in one is shown, and the log has an error that says why.
//
// The pages are html/template: everything that is put in is escaped for its place. The Content-Security-Policy stays what it is: styles,
// scripts, pictures and fonts come from the host of PublicURL, and nothing stands inline. Forms need no tokens: what other sites send
// is refused by its origin.
//
// # What a template gets
//
// A template is executed with a [Page], whose Data is the page's own struct:
//
//	account            [Account]            offer_passkey      [OfferPasskey]
//	activity           [Activity]           passkeys_only      [PasskeysOnly]
//	authenticator      [Authenticator]      password           [Password]
//	authenticator_new  [NewAuthenticator]   push               [Push]
//	bind_anew          [MailedLink]         recover            [Recover]
//	browsers           [Browsers]           register           [Register]
//	cancel_reset       [MailedLink]         remove             [Authenticator]
//	closed             none                 replace            [Replace]
//	codes              [Codes]              reset              [MailedLink]
//	codes_new          [NewCodes]           sessions           [Sessions]
//	confirm            [Confirm]            setup              [Setup]
//	delete             [Delete]             setup_begin        [NewAuthenticator]
//	due                [Due]                setup_passkey      [Setup]
//	email              [Email]              setup_push         [Setup]
//	error              [Error]              stuck              [Stuck]
//	login              [Login]              undo               [MailedLink]
//	lost               [Lost]               verify             [Verify]
//	mailed_login       [MailedLogin]        verify_email       [MailedLink]
//	not_me             [NotMe]
//
// Templates may call, beside the functions of html/template,
//
//	text KEY ARGS...   a text of the catalogue, in the page's language; text "language" is its tag and text "language.direction" ltr or rtl
//	path "/login"      a path below the prefix of PublicURL
//	static "theme.css" the path of a file
//	home               Config.Home
//	account_page       Config.AccountPage where an application keeps the accounts, else ""; registration_page and forgotten_page likewise
//	date T, machine T  a time for people, and for the attribute datetime
//	wait D             a time to wait, in words
//	clock D            how far a clock is off, in words; "" for 0
//	groups KEY         a key in pieces of four
//	forms KEY          the wordings of a text with an amount, as JSON for scripts
//	field . ID KEY     the [Field] of that name, with what was wrong with it and the label that the catalogue has under KEY
//	tongues            the languages that there are, each with Tag, Name and Direction
//	apart TEXT         somebody's own text between marks that keep its direction from its neighbours (Unicode, UAX #9)
//
// and the templates that the built-in parts define. Names of pages, fields, functions and of the templates "head", "content", "footer", "title",
// "main", "scripts" and "mark" stay; a release may add to them. Ids and names of inputs, and attributes that begin with data-, are what
// handlers and scripts go by: keep them. Everything else in the built-in files may change with a release. Each begins with
// a line that says which it was made from: if that one has changed since, the log of sallyport.New warns that yours may lack something.
//
// Nothing here opens anything, and there is no state. What some structs hold must not get into logs: they print without it.
package pages

// Page is what the template of a page is executed with.
type Page struct {
	Issuer string  // the service's name
	Who    string  // the name of the account that is signed in; "" for nobody
	Wide   bool    // a page of lists, with room for them
	Notice string  // one sentence about what happened before; "" for nothing
	Error  string  // what went wrong, for the summary and for its field; "" for nothing
	Field  string  // the id of that field; "" if it belongs to none
	Also   []Fault // what else went wrong, likewise
	Way    *Way    // where else an error leads; nil for nowhere
	Here   string  // the path that a change of language leads back to; "" on a page that can't be shown again
	Data   any     // the page's own struct, by value; nil on a page without one
}

// Fault is what is wrong with one field.
type Fault struct {
	Field string // its id
	Says  string // a sentence
}

// Way is a link.
type Way struct {
	Path string // with the prefix, or a URL
	Says string // its text
}
