package letter

import (
	"maps"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
)

// Tell makes w tell of each text that it uses.
func (w *Writer) Tell(asked func(key string)) { w.asked = asked }

// Wordings are what there are words for.
func Wordings() []core.MessageKind { return slices.Collect(maps.Keys(forms())) }

var (
	Inert = inert
	Wrap  = wrap

	GSMName = gsmName
	GSMText = gsmText
	Width   = width
)
