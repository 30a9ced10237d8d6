package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sallyport/sallyport/internal/web"
)

// described holds answers to the OpenAPI document.
type described struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema // by JSON pointer
	seen     map[string]bool               // "GET /session 200"
}

const documentURL = "https://sallyport.example/openapi.json"

func newDescribed(t *testing.T) *described {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(web.Document()))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource(documentURL, doc))
	return &described{doc: doc.(map[string]any), compiler: c, compiled: map[string]*jsonschema.Schema{}, seen: map[string]bool{}}
}

// operation finds the operation that a request reaches, and its place in the document.
func (d *described) operation(method, path string) (op map[string]any, template string) {
	for template, item := range d.doc["paths"].(map[string]any) {
		if op, ok := item.(map[string]any)[strings.ToLower(method)].(map[string]any); ok && matches(template, path) {
			return op, template
		}
	}
	return nil, ""
}

func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

// check says what about an answer is not as the document describes it. The body of a request that was
// accepted has to be as described too.
func (d *described) check(method, path string, sent []byte, a answer) error {
	if strings.HasPrefix(fmt.Sprint(a.status), "3") {
		return nil // the mux cleaned the path up
	}
	op, template := d.operation(method, path)
	if op == nil {
		return d.validate("/components/schemas/Problem", a.body)
	}
	d.seen[fmt.Sprint(method, " ", template, " ", a.status)] = true
	at := pointer("paths", template, strings.ToLower(method))
	if a.status < 300 && op["requestBody"] != nil {
		if err := d.validate(at+pointer("requestBody", "content", "application/json", "schema"), sent); err != nil {
			return fmt.Errorf("the accepted request: %w", err)
		}
	}
	return d.checkAnswer(at+pointer("responses", fmt.Sprint(a.status)), op, a)
}

func (d *described) checkAnswer(at string, op map[string]any, a answer) error {
	response, ok := op["responses"].(map[string]any)[fmt.Sprint(a.status)].(map[string]any)
	if !ok {
		return fmt.Errorf("status %d is not documented", a.status)
	}
	if ref, ok := response["$ref"].(string); ok {
		at = strings.TrimPrefix(ref, "#")
		response = d.resolve(at)
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if len(a.body) > 0 {
			return fmt.Errorf("a body where none is documented")
		}
		return nil
	}
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil || content[media] == nil {
		return fmt.Errorf("media type %q is not documented", media)
	}
	return d.validate(at+pointer("content", media, "schema"), a.body)
}

func (d *described) resolve(at string) map[string]any {
	var v any = d.doc
	for _, step := range strings.Split(at, "/")[1:] {
		v = v.(map[string]any)[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
	}
	m, _ := v.(map[string]any)
	return m
}

// validate holds a JSON text to the schema at a pointer.
func (d *described) validate(at string, body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	schema := d.compiled[at]
	if schema == nil {
		fragment := strings.NewReplacer("{", "%7B", "}", "%7D").Replace(at)
		if schema, err = d.compiler.Compile(documentURL + "#" + fragment); err != nil {
			return err
		}
		d.compiled[at] = schema
	}
	return schema.Validate(v)
}

func pointer(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	must(t, err)
	return raw
}
