package assembly

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// Fault is a field of the Config with which the parts can't be opened or don't go together.
type Fault struct {
	Field  string // of Config
	Value  string // of a setting of a sender: what it holds, as it may be shown; of a pool: its driver
	Reason string // what is wrong with what it names
	Cure   string // what to do about it
	Passes bool   // it may be over by itself, as an outage is
	Err    error  // what it comes from; it may hold values, and is not for printing
}

// Error says all of it but the value, which may hold a password.
func (f *Fault) Error() string {
	return fmt.Sprintf("assembly: Config.%s: %s. %s", f.Field, f.Reason, f.Cure)
}

// Unwrap gives what the fault comes from.
func (f *Fault) Unwrap() error { return f.Err }

// DatabaseFault is an error of a database, or nil. The field is Database, DB, SecretsDatabase or SecretsDB.
func DatabaseFault(field string, err error) error {
	if err == nil {
		return nil
	}
	d := store.Diagnose(err)
	var pool *store.PoolError
	value := ""
	if errors.As(err, &pool) {
		value = pool.Driver
	}
	if field == fieldSecrets || field == fieldSecretsDB {
		err = errors.Join(ErrSecretsDatabase, err)
	}
	return &Fault{Field: field, Value: value, Reason: d.Reason, Cure: d.Cure, Passes: d.Passes, Err: err}
}

// Names of fields that faults are about.
const (
	fieldDatabase  = "Database"
	fieldDB        = "DB"
	fieldSecrets   = "SecretsDatabase"
	fieldSecretsDB = "SecretsDB"
	fieldSchema    = "DatabaseSchema"
	fieldKeys      = "KeyFile"
)

// Field is the field of a Config that a setting of a sender is, by its key: TextFrom for text_from. "" for another key.
func Field(key string) string {
	return map[string]string{
		"mail": "Mail", "mail_from": "MailFrom",
		"text": "Text", "text_from": "TextFrom", "text_secret": "TextSecret",
		"push_contact": "PushContact", "push_hosts": "PushHosts",
	}[key]
}

// Explain makes an error that is about keys, secrets or senders a [Fault]; others stay as they are.
func Explain(err error) error {
	const ownKeys = "Give the key file that belongs to the database, from your copy of it; if there is none left anywhere, `sallyport key give-up --help` says how to go on without"
	const ownSecrets = "Name the database that holds this installation's secrets, as it was named before"
	var known *Fault
	var file *seal.FileError
	var sender deliver.Mistakes
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, ErrNoKeyFile):
		return &Fault{Field: fieldKeys, Reason: "does not exist, and this database's secrets are sealed with its keys", Cure: ownKeys, Err: err}
	case errors.Is(err, seal.ErrWrongRing):
		return &Fault{
			Field: fieldKeys, Reason: "does not hold the keys that this database's secrets are sealed with", Cure: ownKeys,
			Err: errors.Join(ErrWrongKeyFile, err),
		}
	case errors.As(err, &file):
		return fileFault(file)
	case errors.Is(err, seal.ErrWrongSecrets), errors.Is(err, ErrSecretsDatabase):
		return &Fault{Field: fieldSecrets, Reason: secretsReason(err), Cure: ownSecrets, Err: errors.Join(ErrSecretsDatabase, err)}
	case errors.As(err, &sender) && Field(sender[0].Key) != "": // others were found before: only directories are looked at when opening
		wrong := sender[0]
		return &Fault{Field: Field(wrong.Key), Value: wrong.Value, Reason: wrong.Reason, Cure: wrong.Cure, Err: err}
	}
	return err
}

func fileFault(file *seal.FileError) *Fault {
	f := &Fault{Field: fieldKeys, Reason: file.Reason, Cure: strings.ToUpper(file.Cure[:1]) + file.Cure[1:], Err: file}
	switch {
	case strings.HasPrefix(file.Cure, "chmod"):
		f.Cure = "Run " + file.Cure
	case errors.Is(file, fs.ErrNotExist) && strings.HasPrefix(file.Reason, "cannot be read"):
		f.Reason, f.Cure = "does not exist", "Name the key file that the server uses"
	}
	return f
}

// secretsReason leaves out who says it.
func secretsReason(err error) string {
	why := strings.TrimPrefix(err.Error(), ErrSecretsDatabase.Error()+": ")
	return "cannot be used: " + strings.ReplaceAll(strings.TrimPrefix(why, "seal: "), "\n", ": ")
}
