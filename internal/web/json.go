package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

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
	if err := checkKeys(json.NewDecoder(bytes.NewReader(body)), 0); err != nil {
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

// checkKeys walks one value and refuses duplicate keys, which encoding/json takes the last of, and keys
// that differ in case only, which it takes for the same.
func checkKeys(dec *json.Decoder, depth int) error {
	if depth > maxDepth {
		return &core.Error{Code: core.CodeInvalid, Text: "json.depth"}
	}
	tok, err := dec.Token()
	if err != nil {
		return jsonError(err)
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return jsonError(err)
			}
			folded := strings.ToLower(key.(string))
			if seen[folded] || folded != key {
				return &core.Error{Code: core.CodeInvalid, Field: cut(key.(string), 64), Text: "json.key"}
			}
			seen[folded] = true
		}
		if err := checkKeys(dec, depth+1); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return jsonError(err)
}

// jsonError names the field at fault where encoding/json knows it.
func jsonError(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return &core.Error{Code: core.CodeInvalid, Field: wrongType.Field, Text: "json.type"}
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		field := strings.Trim(strings.TrimPrefix(err.Error(), "json: unknown field "), `"`)
		return &core.Error{Code: core.CodeInvalid, Field: cut(field, 64), Text: "json.unknown_field"}
	}
	return &core.Error{Code: core.CodeInvalid, Text: "json.syntax"}
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}
