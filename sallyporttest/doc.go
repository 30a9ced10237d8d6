// Package sallyporttest helps to test an application that embeds Sallyport: a gate of the test's own, a clock to move, mailbox
// and text messages to look into, people with passwords and code apps, and [Service.SignIn], which returns a client past the
// second factor.
//
//	service := sallyporttest.Open(t, sallyport.Config{}, newApplication)
//	ana := service.NewPerson(t, "ana")
//	client := service.SignIn(t, ana)
//	res, err := client.Get(service.URL + "/")
//
// Everything is real: accounts are registered, and codes made and typed back, over HTTP, on a server and a database that
// end with the test. There is no code that is always right and no way in for tests alone, so that nothing of the kind can
// be left on in production; what is different is that hashing a password is quick, and that nobody waits: time is moved.
//
// It is not for production, and refuses to run outside of a test.
package sallyporttest
