package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
)

// maxDepth bounds the nesting of JSON; nothing of ours nests deeper than two.
const maxDepth = 16

// readJSON reads a request's body into v. Unknown fields, duplicate keys, trailing bytes and other content
// types are refused.
func readJSON(r *http.Request, v any) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return &core.Error{Code: core.CodeInvalid, Field: "Content-Type", Text: "json.content_type"}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if !utf8.Valid(body) { // encoding/json would make one and the same password of several
		return &core.Error{Code: core.CodeInvalid, Text: "json.syntax"}
	}
	if err := checkValue(json.NewDecoder(bytes.NewReader(body)), "", "", 0); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return jsonError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &core.Error{Code: core.CodeInvalid, Text: "json.trailing"}
	}
	return nil
}

// checkValue walks one value and refuses what encoding/json lets pass: duplicate keys, of which it takes
// the last; keys of capitals or foreign letters, some of which it folds to ours; null, which it takes for absent. The two
// last may stand in what a browser made of a passkey or a subscription: top is the field of the body that the value is part of.
func checkValue(dec *json.Decoder, top, field string, depth int) error {
	if depth > maxDepth {
		return &core.Error{Code: core.CodeInvalid, Text: "json.depth"}
	}
	tok, err := dec.Token()
	if err != nil {
		return jsonError(err)
	}
	if tok == nil && (depth < 2 || !isForeign(top)) && !(depth == 1 && top == subscriptionField) {
		return &core.Error{Code: core.CodeInvalid, Field: field, Text: "json.null"}
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if open == '{' {
			if field, err = checkKey(dec, seen, depth > 0 && isForeign(top)); err != nil {
				return err
			}
		}
		if depth == 0 {
			top = field
		}
		if err := checkValue(dec, top, field, depth+1); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return jsonError(err)
}

// The fields that may hold what others define: PublicKeyCredential.toJSON(), and PushSubscription.toJSON(), which may be null.
const (
	responseField     = "response"
	subscriptionField = "subscription"
)

func isForeign(field string) bool { return field == responseField || field == subscriptionField }

func checkKey(dec *json.Decoder, seen map[string]bool, foreign bool) (shown string, err error) {
	tok, err := dec.Token()
	if err != nil {
		return "", jsonError(err)
	}
	key := tok.(string) // the decoder lets nothing else stand for a key
	if seen[key] || !foreign && strings.ContainsFunc(key, func(r rune) bool { return r > '~' || 'A' <= r && r <= 'Z' }) {
		return "", &core.Error{Code: core.CodeInvalid, Field: cut(key, 64), Text: "json.key"}
	}
	seen[key] = true
	return cut(key, 64), nil
}

// jsonError names the field at fault where encoding/json knows it.
func jsonError(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return &core.Error{Code: core.CodeInvalid, Field: wrongType.Field, Text: jsonType(wrongType.Type)}
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		field := strings.Trim(strings.TrimPrefix(err.Error(), "json: unknown field "), `"`)
		return &core.Error{Code: core.CodeInvalid, Field: cut(field, 64), Text: "json.unknown_field"}
	}
	return &core.Error{Code: core.CodeInvalid, Text: "json.syntax"}
}

// jsonType is the text that says what a field of a type takes.
func jsonType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "json.string"
	case reflect.Bool:
		return "json.boolean"
	case reflect.Slice, reflect.Array:
		return "json.array"
	case reflect.Struct, reflect.Map:
		return "json.object"
	}
	return "json.number"
}

// readNothing is readJSON for operations that take no body, or an object without fields. The form of
// another site's page is refused here too.
func readNothing(r *http.Request) error {
	media := r.Header.Get("Content-Type")
	if r.ContentLength == 0 && (media == "" || media == "application/json") {
		return nil
	}
	return readJSON(r, &struct{}{})
}

// writeJSON answers with a value. Nothing was sent when it returns an error.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // otherwise the & of a key URI becomes \u0026, which not everything reads back
	if err := enc.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // an error is a client that went away
	return nil
}
