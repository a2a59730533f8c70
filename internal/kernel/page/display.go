// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"strings"

	"tinhso.vn/internal/platform/web"
)

// Size is how large the letters are.
type Size string

// The sizes of letters.
const (
	Ordinary Size = "ordinary"
	Large    Size = "large"
	Larger   Size = "larger"
)

// Display is how a browser wants its pages. It says nothing about a person.
type Display struct {
	Size     Size
	Contrast bool // black on white
}

const (
	displayCookie = "tinhso_display"
	contrastMark  = ".contrast"
)

// Show makes the next pages look as d says.
func (s *Site) Show(w http.ResponseWriter, d Display) {
	value := string(size(string(d.Size)))
	if d.Contrast {
		value += contrastMark
	}
	web.SetCookie(w, displayCookie, value, languageFor, s.Secure)
}

// displayOf reads what Show kept; what makes no sense is the ordinary look.
func displayOf(r *http.Request) Display {
	c, err := r.Cookie(displayCookie)
	if err != nil {
		return Display{Size: Ordinary}
	}
	name, contrast := strings.CutSuffix(c.Value, contrastMark)
	return Display{Size: size(name), Contrast: contrast}
}

func size(name string) Size {
	if s := Size(name); s == Large || s == Larger {
		return s
	}
	return Ordinary
}

// classes are those of the element html.
func (d Display) classes() string {
	var all []string
	if d.Size != Ordinary && d.Size != "" {
		all = append(all, "ts-"+string(d.Size))
	}
	if d.Contrast {
		all = append(all, "ts-contrast")
	}
	return strings.Join(all, " ")
}
