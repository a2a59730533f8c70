// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread

// Active says what a file has besides something to read. None of it is run
// here; readers of PDF may.
type Active struct {
	Scripts bool // JavaScript
	Files   bool // other files inside it
	Launch  bool // it starts programs, or sends what was filled in
}

// maxLooked bounds how many objects are looked at.
const maxLooked = 200_000

// Active looks at the file as its newest revision shows it. What cannot be read
// is passed over: other parts complain about it.
func (f *File) Active() (a Active) {
	looked := 0
	for n, e := range f.Entries {
		if looked++; looked > maxLooked {
			break
		}
		if o, err := f.Get(Ref{n, e.Gen}); err == nil {
			a.look(o, 0)
		}
	}
	return a
}

func (a *Active) look(o Object, depth int) {
	if depth > maxDepth {
		return
	}
	switch o := o.(type) {
	case Array:
		for _, item := range o {
			a.look(item, depth+1)
		}
	case *Stream:
		a.look(o.Dict, depth+1)
	case Dict:
		switch o["S"] {
		case Name("JavaScript"), Name("Rendition"):
			a.Scripts = a.Scripts || o["JS"] != nil
		case Name("Launch"), Name("SubmitForm"), Name("ImportData"):
			a.Launch = true
		}
		a.Files = a.Files || o["EF"] != nil // some writers leave an empty EmbeddedFiles
		for _, item := range o {
			a.look(item, depth+1)
		}
	}
}
