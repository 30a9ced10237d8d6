// Package sallyporttest helps to test an application that embeds Sallyport: a Gate of the test's own, a clock to move, everybody's
// mail and text messages, people with authenticators of every kind, and [Service.SignIn], which returns a client past the second
// factor.
//
//	service := sallyporttest.Open(t, sallyport.Config{SecondFactor: "required"}) // the application's settings
//	service.Serve(newApplication(service.Gate))                                  // the handler of everything
//
//	ana := service.NewPerson(t, "ana", &sallyporttest.CodeApp{})
//	client := service.SignIn(t, ana)
//	res, err := client.Get(service.URL + "/notes")
//
// [Service.Confirm] and [Service.ConfirmAction] give what handlers behind [sallyport.Gate.RequireRecent] and
// [sallyport.Gate.RequireConfirmed] ask for; [Service.BeginSignIn] stops after the password; [Mailbox.Next] returns a message
// that the Gate sent. Start with the example.
//
// Everything is real: accounts are registered, and codes made and typed back, over HTTP, on a server and a database that end with
// the test. There is no code that is always right and no way in for tests alone, so that nothing of the kind can be left on in
// production. What differs is that a password costs next to nothing to hash, that a power cut may take the database, and that
// nobody waits. Time is moved by the [Clock]: by a test, and by the kit itself where a person would have to wait, for the next code of
// an app or because the Gate asks for it. What the Gate does beside requests is done when a test asks for it, with
// [Service.CatchUp] or by looking into a mailbox.
//
// Helpers that take a [testing.TB] end the test when something is not as it should be. A Service and what belongs to it may be
// shared by parallel tests, which share its time then; one for each test costs some milliseconds, and is simpler.
//
// It is not for production, and refuses to run outside of a test.
package sallyporttest
