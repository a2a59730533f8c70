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

// function is one row of docs/modules/dossiers.md.
type function struct{ code, name, page, operation, test, state, missing string }

var functionRow = regexp.MustCompile(`(?m)^\| (CN\d\d|YC\d\d|YCT\d\d) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$`)

// TestTheChecklistIsHonest looks whether what the acceptance checklist of
// dossiers names exists, and whether all of its functions are there.
func TestTheChecklistIsHonest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(path.Join(root, "docs/modules/dossiers.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range doubtFunctions(readFunctions(string(text)), tree(t)) {
		t.Errorf("docs/modules/dossiers.md: %s", problem)
	}
}

// TestTheListOfRegistersIsHonest looks whether each row of docs/modules/registers.md
// names a test, and whether the tests exist.
func TestTheListOfRegistersIsHonest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(path.Join(root, "docs/modules/registers.md"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, f := range tree(t) {
		if strings.HasSuffix(f.name, "_test.go") {
			tests.WriteString("\n" + f.text)
		}
	}
	rows := regexp.MustCompile(`(?m)^\| ([^|]*) \| ([^|]*) \| (works|begun) \| ([^|]*) \|$`).FindAllStringSubmatch(string(text), -1)
	if len(rows) < 20 || len(rows) != strings.Count(string(text), "\n| ")-1 {
		t.Errorf("%d rows can be read", len(rows))
	}
	for _, row := range rows {
		named := quoted.FindAllStringSubmatch(row[2], -1)
		if len(named) == 0 || (row[3] == "works") != (row[4] == "–") {
			t.Errorf("%s: without a test, or without what is missing", row[1])
		}
		for _, one := range named {
			if !strings.Contains(tests.String(), "\nfunc "+one[1]+"(t *testing.T)") {
				t.Errorf("%s: there is no test %s", row[1], one[1])
			}
		}
	}
}

func readFunctions(text string) (all []function) {
	for _, m := range functionRow.FindAllStringSubmatch(text, -1) {
		for i := range m {
			m[i] = strings.TrimSpace(m[i])
		}
		all = append(all, function{m[1], m[2], m[3], m[4], m[5], m[6], m[7]})
	}
	return all
}

// doubtFunctions returns what is wrong with the list: a function that is not
// there, a page, operation or test that nobody wrote, a state that says too much.
func doubtFunctions(all []function, files []file) (problems []string) {
	var product, tests strings.Builder
	for _, f := range files {
		switch {
		case strings.HasSuffix(f.name, "_test.go"):
			tests.WriteString(f.text + "\n")
		case path.Ext(f.name) == ".go":
			product.WriteString(f.text + "\n")
		}
	}
	seen := map[string]bool{}
	for _, f := range all {
		doubt := func(format string, args ...any) {
			problems = append(problems, f.code+": "+fmt.Sprintf(format, args...))
		}
		if seen[f.code] {
			doubt("it stands twice")
		}
		seen[f.code] = true
		pages, operations, shown := quoted.FindAllStringSubmatch(f.page, -1), quoted.FindAllStringSubmatch(f.operation, -1), quoted.FindAllStringSubmatch(f.test, -1)
		switch {
		case !slices.Contains([]string{"works", "begun", "planned", "connections"}, f.state):
			doubt("the state %q is none of works, begun, planned, connections", f.state)
		case f.state == "works" && (len(pages) == 0 || len(shown) == 0):
			doubt("works, but names no page or no test")
		case f.state != "works" && len(f.missing) < 5:
			doubt("%s, but does not say what is missing", f.state)
		case f.state == "begun" && len(shown) == 0:
			doubt("begun, but names no test")
		}
		for _, p := range append(pages, operations...) {
			if !strings.Contains(product.String(), `"`+p[1]+`"`) && !strings.Contains(product.String(), `"GET `+p[1]+`"`) {
				doubt("nothing serves %s", p[1])
			}
		}
		for _, s := range shown {
			if !strings.Contains("\n"+tests.String(), "\nfunc "+s[1]+"(t *testing.T)") {
				doubt("there is no test %s", s[1])
			}
		}
	}
	for prefix, n := range map[string]int{"CN": 31, "YC": 14, "YCT": 20} {
		for i := range n {
			if code := fmt.Sprintf("%s%02d", prefix, i+1); !seen[code] {
				problems = append(problems, code+" is not there")
			}
		}
	}
	return problems
}

func TestTheChecklistRefuses(t *testing.T) {
	t.Parallel()
	files := []file{
		{"internal/modules/fees/internal/site/site.go", "web.Page(\"GET /phi/{id}\", public)\nweb.Page(\"POST /api/v1/fees\")"},
		{"internal/modules/fees/internal/core/core_test.go", "func TestFees(t *testing.T) {}"},
	}
	good := function{"CN01", "Một việc", "`/phi/{id}`", "`POST /api/v1/fees`", "`TestFees`", "works", "–"}
	for name, change := range map[string]func(*function){
		"no page":                    func(f *function) { f.page = "–" },
		"a page nobody serves":       func(f *function) { f.page = "`/nowhere`" },
		"an operation nobody serves": func(f *function) { f.operation = "`GET /api/v1/nothing`" },
		"a test nobody wrote":        func(f *function) { f.test = "`TestNothing`" },
		"a state there is not":       func(f *function) { f.state = "nearly" },
		"planned without what":       func(f *function) { f.state = "planned" },
	} {
		f := good
		change(&f)
		ours := func(all []string) int {
			return len(slices.DeleteFunc(all, func(p string) bool { return strings.HasSuffix(p, "is not there") }))
		}
		if ours(doubtFunctions([]function{good}, files)) != 0 {
			t.Error("a good row is refused")
		}
		if ours(doubtFunctions([]function{f}, files)) == 0 {
			t.Errorf("%s was not seen", name)
		}
	}
	if len(doubtFunctions(nil, files)) != 31+14+20 {
		t.Error("a missing function was not seen")
	}
}
