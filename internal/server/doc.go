// Package server is the sallyport as a program: it gathers the configuration, and serves the library's pages and JSON
// with health checks beside them.
//
// Use [Load] to gather, [Settings.Run] to serve. One table, [Keys], says which settings there are; defaults, the file,
// the environment and the flags all go by it. For its pages the server is one more embedder of package sallyport. It is
// not for embedding itself: only cmd imports it.
//
// It trusts whoever starts it: the configuration may open what it likes. It still refuses what nobody means, such as
// passwords over plain http, and says what to do instead.
package server
