// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"testing"
)

// pair is a text, or an edge that carries meaning, on a background.
type pair struct {
	front, back string
	least       float64
}

const (
	aaText = 4.5 // WCAG 2.2, 1.4.3
	aaEdge = 3   // WCAG 2.2, 1.4.11: borders of fields, focus
)

func pairs() []pair {
	list := []pair{
		{"on-river", "river", aaText},
		{"on-river", "river-2", aaText},
		{"on-river", "river-dark", aaText},
		{"on-river", "ink", aaText},
		{"on-river", "late", aaText},
		{"on-river", "soon", aaText},
		{"on-river-2", "river", aaText},
		{"on-river-2", "river-2", aaText},
		{"on-river-2", "river-dark", aaText},
		{"on-river-2", "ink", aaText},
		{"ink", "focus", aaText},
		{"ink-2", "hold-soft", aaText},
		{"ink-2", "river-soft", aaText},
		{"river-dark", "river-soft", aaText},
		{"river", "river-soft", aaText},
		{"late", "river-soft", aaText},
		{"soon", "river-soft", aaText},
		{"ink-3", "river-soft", aaText},
		{"ok", "ok-soft", aaText},
		{"soon", "soon-soft", aaText},
		{"late", "late-soft", aaText},
		{"hold", "hold-soft", aaText},
		{"done", "done-soft", aaText},
		{"edge", "paper", aaEdge},
		{"edge", "ground", aaEdge},
		{"late", "ground", aaEdge},
		{"river", "ground", aaEdge},
		{"ink", "ground", aaEdge},
		{"focus", "ink", aaEdge},
		{"focus", "river-dark", aaEdge},
	}
	for _, text := range []string{"ink", "ink-2", "ink-3", "river", "river-dark", "late", "soon", "ok", "done"} {
		for _, back := range []string{"paper", "ground"} {
			list = append(list, pair{text, back, aaText})
		}
	}
	return list
}

func TestContrast(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("../../../web/src/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(string(css), -1) {
		tokens[m[1]] = m[2]
	}
	used := map[string]bool{}
	for _, p := range pairs() {
		front, back := tokens[p.front], tokens[p.back]
		if front == "" || back == "" {
			t.Fatalf("no token %s or %s", p.front, p.back)
		}
		used[p.front], used[p.back] = true, true
		if got := contrast(t, front, back); got < p.least {
			t.Errorf("%s on %s: %.2f, want %.1f", p.front, p.back, got, p.least)
		}
	}
	decoration := map[string]bool{"line": true, "line-2": true, "river-line": true}
	for name := range tokens {
		if !used[name] && !decoration[name] {
			t.Errorf("nothing is said about the contrast of --%s", name)
		}
	}
	if got := contrast(t, "#000000", "#ffffff"); math.Abs(got-21) > 0.01 {
		t.Errorf("black on white is %.2f, want 21", got)
	}
}

// contrast is the ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var parts [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &parts[0], &parts[1], &parts[2]); err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(parts[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		total += weight * c
	}
	return total
}
