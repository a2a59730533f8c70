// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// A document that points nowhere is worse than none.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	files := tree(t)
	for _, f := range files {
		for _, problem := range deadLinks(f, files) {
			t.Errorf("%s: %s", f.name, problem)
		}
	}
}

func TestDeadLinksAreSeen(t *testing.T) {
	t.Parallel()
	files := []file{{"docs/house.md", "# The house\n\n## 3. Database, twice\n"}, {"Makefile", ""}, {"docs/adr/0001-x.md", "# x"}}
	for _, tt := range []struct {
		text string
		dead bool
	}{
		{"[h](docs/house.md)", false},
		{"[h](docs/house.md#3-database-twice)", false},
		{"[h](docs/house.md#3-database)", true},
		{"[h](docs/hose.md)", true},
		{"[h](docs/adr/)", false},
		{"[h](docs/nowhere/)", true},
		{"[h](https://example.org/x)", false},
		{"# Here\n[h](#here)", false},
		{"# Here\n[h](#there)", true},
		{"```\n[h](nothing.md)\n```", false},
	} {
		f := file{"README.md", tt.text}
		if got := deadLinks(f, append(files, f)); (len(got) > 0) != tt.dead {
			t.Errorf("%q: %v, want dead: %v", tt.text, got, tt.dead)
		}
	}
	// From the README every rule is two clicks away.
	house := slices.IndexFunc(tree(t), func(f file) bool {
		return f.name == "README.md" && strings.Contains(f.text, "(docs/house.md)")
	})
	if house < 0 {
		t.Error("README.md does not lead to docs/house.md")
	}
}

var (
	link   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fenced = regexp.MustCompile("(?s)```.*?```")
	title  = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

func deadLinks(f file, files []file) (problems []string) {
	if path.Ext(f.name) != ".md" || strings.HasPrefix(f.name, "web/") {
		return nil
	}
	for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(f.text, ""), -1) {
		to, anchor, _ := strings.Cut(m[1], "#")
		if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
			continue
		}
		target := f.name
		if to != "" {
			target = path.Join(path.Dir(f.name), to)
		}
		i := slices.IndexFunc(files, func(g file) bool { return g.name == target || strings.HasPrefix(g.name, target+"/") })
		switch {
		case i < 0:
			problems = append(problems, "nothing at "+m[1])
		case anchor != "" && !slices.Contains(anchors(files[i].text), anchor):
			problems = append(problems, "no heading for "+m[1])
		}
	}
	return problems
}

// anchors makes the names that Git hosts give to headings.
func anchors(text string) (names []string) {
	for _, m := range title.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			case r == ' ':
				return '-'
			}
			return -1
		}, m[1]))
	}
	return names
}
