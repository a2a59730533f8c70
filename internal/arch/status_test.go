// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// systems is how many systems the plans of the provinces name.
const systems = 130

// claim is one row of docs/status.md.
type claim struct{ code, name, state, where, test, missing string }

func TestStatusIsHonest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(path.Join(root, "docs/status.md"))
	if err != nil {
		t.Fatal(err)
	}
	files := tree(t)
	claims := readClaims(string(text))
	for _, problem := range append(doubtList(claims), doubtEach(claims, files)...) {
		t.Errorf("docs/status.md: %s", problem)
	}
}

func TestStatusRefuses(t *testing.T) {
	t.Parallel()
	files := []file{
		{"internal/modules/fees/internal/site/site.go", "// \x60GET /gone\x60\nweb.Page(\"GET /phi/{id}\", public)"},
		{"internal/modules/fees/internal/core/core_test.go", "func TestFees(t *testing.T) {}\n// func TestGone(t *testing.T) {}"},
		{"internal/modules/fees/internal/core/core.go", "func TestInProduct() {}"},
	}
	good := claim{"A01", "Một cửa", "works", "`GET /phi/{id}`", "`TestFees`", "–"}
	for _, tt := range []struct {
		name    string
		change  func(*claim)
		refused bool
	}{
		{"as it is", func(*claim) {}, false},
		{"planned says what", func(c *claim) { c.state, c.where, c.test, c.missing = "planned", "–", "–", "all" }, false},
		{"planned says nothing", func(c *claim) { c.state, c.where, c.test = "planned", "–", "–" }, true},
		{"begun without what is missing", func(c *claim) { c.state = "begun" }, true},
		{"unknown state", func(c *claim) { c.state = "nearly" }, true},
		{"no route", func(c *claim) { c.where = "–" }, true},
		{"a route nobody serves", func(c *claim) { c.where = "`GET /nowhere`" }, true},
		{"a route in a comment", func(c *claim) { c.where = "`GET /gone`" }, true},
		{"the beginning of a route", func(c *claim) { c.where = "`GET /phi`" }, true},
		{"one of two routes", func(c *claim) { c.where = "`GET /phi/{id}`, `GET /nowhere`" }, true},
		{"no test", func(c *claim) { c.test = "–" }, true},
		{"a test nobody wrote", func(c *claim) { c.test = "`TestNothing`" }, true},
		{"a test in a comment", func(c *claim) { c.test = "`TestGone`" }, true},
		{"a test outside tests", func(c *claim) { c.test = "`TestInProduct`" }, true},
		{"begun names a route nobody serves", func(c *claim) { c.state, c.where, c.missing = "begun", "`GET /nowhere`", "much" }, true},
		{"no name", func(c *claim) { c.name = "" }, true},
	} {
		c := good
		tt.change(&c)
		if got := doubtEach([]claim{c}, files); (len(got) > 0) != tt.refused {
			t.Errorf("%s: %v, want refused: %v", tt.name, got, tt.refused)
		}
	}

	many := make([]claim, systems)
	for i := range many {
		many[i] = good
		many[i].code = fmt.Sprintf("%c%02d", 'A'+i/20, 1+i%20)
	}
	if got := doubtList(many); len(got) > 0 {
		t.Errorf("a good list is refused: %v", got)
	}
	if len(doubtList(many[1:])) == 0 {
		t.Error("a missing system was not seen")
	}
	many[7].code = many[6].code
	if len(doubtList(many)) == 0 {
		t.Error("a system told twice was not seen")
	}
}

var row = regexp.MustCompile(`(?m)^\| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$`)

func readClaims(text string) (claims []claim) {
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		for i := range m {
			m[i] = strings.TrimSpace(m[i])
		}
		if m[1] != "code" {
			claims = append(claims, claim{m[1], m[2], m[3], m[4], m[5], m[6]})
		}
	}
	return claims
}

var systemCode = regexp.MustCompile(`^[A-K][0-9]{2}$`)

// doubtList looks at the list as a whole.
func doubtList(claims []claim) (problems []string) {
	seen := map[string]bool{}
	for _, c := range claims {
		switch {
		case !systemCode.MatchString(c.code):
			problems = append(problems, fmt.Sprintf("%q is not a code", c.code))
		case seen[c.code]:
			problems = append(problems, c.code+" is told twice")
		}
		seen[c.code] = true
	}
	if len(seen) != systems || !seen["A01"] {
		problems = append(problems, fmt.Sprintf("%d systems, not %d beginning with A01", len(seen), systems))
	}
	return problems
}

var quoted = regexp.MustCompile("`([^`]+)`")

// doubtEach asks of every row whether what it names exists.
func doubtEach(claims []claim, files []file) (problems []string) {
	var product, tests strings.Builder
	for _, f := range files {
		switch {
		case strings.HasSuffix(f.name, "_test.go"):
			tests.WriteString(f.text + "\n")
		case path.Ext(f.name) == ".go":
			product.WriteString(f.text + "\n")
		}
	}
	for _, c := range claims {
		doubt := func(format string, args ...any) {
			problems = append(problems, c.code+": "+fmt.Sprintf(format, args...))
		}
		routes, shown := quoted.FindAllStringSubmatch(c.where, -1), quoted.FindAllStringSubmatch(c.test, -1)
		switch {
		case !slices.Contains([]string{"works", "begun", "planned"}, c.state):
			doubt("the state %q is none of works, begun, planned", c.state)
		case c.state == "works" && (len(routes) == 0 || len(shown) == 0):
			doubt("works, but names no route or no test (between backquotes)")
		case c.state != "works" && len(c.missing) < 3:
			doubt("%s, but does not say what is missing", c.state)
		case c.state != "works" && c.missing == "–", c.name == "":
			doubt("says too little")
		}
		for _, r := range routes { // in a string of the program, whole
			if !strings.Contains(product.String(), `"`+r[1]+`"`) {
				doubt("nothing serves %s", r[1])
			}
		}
		for _, s := range shown {
			if !strings.Contains("\n"+tests.String(), "\nfunc "+s[1]+"(t *testing.T)") {
				doubt("there is no test %s", s[1])
			}
		}
	}
	return problems
}
