package sallyporttest_test

import "testing"

// What the documentation shows works.
func TestExamples(t *testing.T) {
	t.Run("notes", testNotes)
}
