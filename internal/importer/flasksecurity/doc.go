// Package flasksecurity reads the accounts of an application that uses Flask-Security from its database, as its releases
// 4 and 5 keep them (the models fsqla to fsqla_v3), in SQLite or PostgreSQL.
//
// Use [Open], [Source.Each] for its accounts as they are stored, and [Application.Newcomer] for what each comes to here. It is
// not for writing: core takes accounts in, and nothing is changed in the database that is read.
//
// It trusts the secrets that it is given, and that the database is the one of the application. It trusts nothing in a
// row: what a stored key or hash may cost is bounded, and what can't be read is listed with the reason and the cure. No
// error and no [importer.Trouble] holds a secret.
//
// Passlib encrypts the keys of code apps without authenticating them, so that a wrong secret under the right tag goes
// unnoticed here: every key comes out as another one. Compare one code before anything is taken in.
package flasksecurity
