// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// home is the path of our Go module.
const home = "tinhso.vn/"

// mayUse says which other modules' contracts a module may import. It has no
// cycle, and a new pair comes with the reason in the module's README.
var mayUse = map[string][]string{
	"dossiers":  {"procedures"},
	"holdings":  {"dossiers", "procedures"},
	"authoring": {"dossiers", "procedures"},
	"console":   {"dossiers", "procedures"},
	"oversight": {"dossiers", "procedures"},
	"retention": {"dossiers", "procedures"},
	"processes": {"dossiers"},

	"statistics": {"dossiers", "procedures"},
	"scores":     {"dossiers", "payments", "procedures"},
	"digitising": {"holdings"},
	"payments":   {"dossiers", "procedures"},
	"post":       {"dossiers"},

	"appointments": {"procedures"},
	"satisfaction": {"appointments", "dossiers", "procedures"},

	"connections":    {"dossiers"},
	"nationalportal": {"dossiers", "holdings", "payments", "procedures"},
	"lifeevents":     {"dossiers"},
	"lookups":        {"dossiers"},
	"mirrors":        {"dossiers", "procedures"},
	"moving":         {"authoring", "dossiers", "personnel", "procedures", "scores"},
}

// below says which floors a floor may import. A floor that is not named here
// (a new folder in internal/) may not be imported at all.
var below = map[string][]string{
	"cmd":        {"app"},
	"app":        {"app", "modules", "kernel", "platform", "simulators", "packs", "web"},
	"simulators": {"simulators", "kernel", "platform"},
	"modules":    {"modules", "kernel", "platform"},
	"kernel":     {"kernel", "platform"},
	"platform":   {"platform"},
	"arch":       {},
	"packs":      {},
	"web":        {},
	"tests":      {"tests"}, // journeys and crashes know the program from outside only
}

// places lists what may be imported in few packages only. Most libraries need
// no row: TestOneWrapperEach finds a second importer by itself.
var places = []struct {
	prefix string // of the imported path
	only   *regexp.Regexp
	why    string
}{
	{"database/sql", regexp.MustCompile(`^platform/db(/|$)|/internal/store$`), "SQL is spoken in platform/db and in stores"},
	{"modernc.org/sqlite", regexp.MustCompile(`^platform/db(/|$)`), "one package knows the databases"},
	{"github.com/jackc/pgx/", regexp.MustCompile(`^platform/db(/|$)`), "one package knows the databases"},
	{"github.com/danielgtaylor/huma/", regexp.MustCompile(`^platform/web$`), "operations are declared with platform/web"},
	{"net/http/httptest", regexp.MustCompile(`test$`), "test servers belong in tests"},
	{"net/http", regexp.MustCompile(`^app(/|$)|^platform/(web|ui|fetch)(/|$)|^kernel/page$|^kernel/signing/smartca$|^kernel/openid(/|$)|/internal/(site|api)$|^simulators/|^tests/|test$`), "only edges speak HTTP"},
	{"html/template", regexp.MustCompile(`^$`), "pages are templ components"},
	{"text/template", regexp.MustCompile(`^$`), "pages are templ components, documents have their own writer"},
	{"math/rand", regexp.MustCompile(`^$`), "chance comes from crypto/rand"},
	{"unsafe", regexp.MustCompile(`^$`), "nothing here needs it"},
}

// everywhere may be imported without a wrapper: templ and x/text are languages
// we write in more than libraries we use, and x/image (fonts, outlines) is the
// standard library's image in all but its path; so is x/crypto its crypto.
var everywhere = []string{"github.com/a-h/templ", "golang.org/x/text", "golang.org/x/image", "golang.org/x/crypto"}

type pkg struct {
	ImportPath string
	Imports    []string
	Module     *struct {
		Path string
		Main bool
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, imp := range p.Imports {
			if why := refuse(ours(p.ImportPath), imp); why != "" {
				t.Errorf("%s imports %s: %s", ours(p.ImportPath), imp, why)
			}
		}
	}
}

func TestOneWrapperEach(t *testing.T) {
	t.Parallel()
	for _, m := range shared(list(t)) {
		t.Error(m)
	}
	library := func(path string) pkg {
		return pkg{ImportPath: path, Module: &struct {
			Path string
			Main bool
		}{path, false}}
	}
	own := func(path string, imports ...string) pkg {
		return pkg{ImportPath: home + path, Imports: imports, Module: &struct {
			Path string
			Main bool
		}{"tinhso.vn", true}}
	}
	const lib = "example.org/pdf"
	for _, tt := range []struct {
		name    string
		pkgs    []pkg
		refused bool
	}{
		{"one importer", []pkg{library(lib), own("internal/platform/pdf", lib)}, false},
		{"its own sub-package too", []pkg{library(lib), own("internal/platform/pdf", lib), own("internal/platform/pdf/pdftest", lib)}, false},
		{"two importers", []pkg{library(lib), own("internal/platform/pdf", lib), own("internal/kernel/files", lib)}, true},
		{"a name that only begins the same", []pkg{library(lib), own("internal/platform/pdf", lib), own("internal/platform/pdfa", lib)}, true},
		{"templ", []pkg{library("github.com/a-h/templ"), own("internal/platform/ui", "github.com/a-h/templ"), own("internal/kernel/page", "github.com/a-h/templ")}, false},
	} {
		if got := len(shared(tt.pkgs)) > 0; got != tt.refused {
			t.Errorf("%s: refused %v, want %v", tt.name, got, tt.refused)
		}
	}
}

// shared reports every library that more than one package wraps.
func shared(pkgs []pkg) (problems []string) {
	module := map[string]string{} // imported path → library
	for _, p := range pkgs {
		if p.Module != nil && !p.Module.Main {
			module[p.ImportPath] = p.Module.Path
		}
	}
	users := map[string][]string{}
	for _, p := range pkgs {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, imp := range p.Imports {
			lib, from := module[imp], ours(p.ImportPath)
			if lib == "" || slices.Contains(everywhere, lib) || slices.Contains(users[lib], from) {
				continue
			}
			users[lib] = append(users[lib], from)
		}
	}
	for _, lib := range slices.Sorted(maps.Keys(users)) {
		slices.Sort(users[lib])
		first := users[lib][0]
		for _, u := range users[lib][1:] {
			if !strings.HasPrefix(u, first+"/") {
				problems = append(problems, lib+" is used by "+first+" and by "+u+": wrap it once")
			}
		}
	}
	return problems
}

func TestModulesDoNotGoInCircles(t *testing.T) {
	t.Parallel()
	if m := circle(mayUse); m != "" {
		t.Errorf("module %s depends on itself", m)
	}
	for name, uses := range map[string]map[string][]string{
		"itself": {"a": {"a"}},
		"three":  {"a": {"b"}, "b": {"c"}, "c": {"a"}},
		"beside": {"a": {"b"}, "b": {"c"}, "c": {"b"}},
	} {
		if circle(uses) == "" {
			t.Errorf("%s: the circle was not seen", name)
		}
	}
	if m := circle(map[string][]string{"a": {"b", "c"}, "b": {"c"}}); m != "" {
		t.Errorf("no circle, but %s was named", m)
	}
}

// circle returns a module that reaches itself, or "".
func circle(uses map[string][]string) string {
	for start := range uses {
		seen := map[string]bool{}
		open := slices.Clone(uses[start])
		for len(open) > 0 {
			next := open[0]
			open = open[1:]
			if next == start {
				return start
			}
			if !seen[next] {
				seen[next] = true
				open = append(open, uses[next]...)
			}
		}
	}
	return ""
}

// refuse says why the package from (without home and internal/) may not import
// imp, or "".
func refuse(from, imp string) string {
	for _, p := range places {
		if imp == p.prefix || strings.HasPrefix(imp, strings.TrimSuffix(p.prefix, "/")+"/") {
			if !p.only.MatchString(from) {
				return p.why
			}
			break
		}
	}
	if !strings.HasPrefix(imp, home) {
		return ""
	}
	to := ours(imp)
	switch {
	case isTest(to) && !isTest(from):
		return "test helpers are for tests"
	case isTest(from) && floor(from) == floor(to):
		return ""
	case floor(to) == "web" && strings.HasPrefix(from, "platform/ui"):
		return "" // the built styles and scripts are part of the components
	case floor(to) == "packs" && from == "kernel/packs":
		return "" // the packs of the product are found beside those of a folder
	case !slices.Contains(below[floor(from)], floor(to)):
		return "imports run one way: cmd → app → modules → kernel → platform"
	case floor(from) == "app" && floor(to) == "modules" && part(to) != "mod":
		return "app only puts modules together: import its …mod package"
	case floor(from) == "kernel" && strings.HasSuffix(from, "/internal/store") && strings.TrimSuffix(from, "/internal/store") == to:
		return "a store does not know who uses it"
	case floor(from) == "modules" && floor(to) == "modules":
		return refuseModule(from, to)
	}
	return ""
}

// inside says what each part of a module may import of its own module. "" is
// the contract.
var inside = map[string][]string{
	"":               {},
	"locales":        {},
	"internal/store": {""},
	"internal/core":  {"", "internal/core", "internal/store"},
	"internal/site":  {"", "internal/core", "internal/site", "locales"},
	"internal/api":   {"", "internal/core", "internal/api"},
	"internal/jobs":  {"", "internal/core"},
	"mod":            {"", "internal/core", "internal/store", "internal/site", "internal/api", "internal/jobs", "locales"},
	"test":           {"", "mod"},
}

func refuseModule(from, to string) string {
	same := moduleOf(from) == moduleOf(to)
	switch {
	case !same && part(to) != "":
		return "of another module only the contract can be seen"
	case !same && !slices.Contains(mayUse[moduleOf(from)], moduleOf(to)):
		return "this pair of modules is not listed in mayUse"
	case same && !slices.Contains(inside[part(from)], part(to)):
		return "inside a module: site, api, jobs → core → store → contract"
	}
	return ""
}

// ours shortens one of our import paths: "kernel/audit", "cmd/tinhso", "packs".
func ours(p string) string {
	return strings.TrimPrefix(strings.TrimPrefix(p, home), "internal/")
}

func floor(p string) string { f, _, _ := strings.Cut(p, "/"); return f }

func isTest(p string) bool { return strings.HasSuffix(path.Base(p), "test") }

func moduleOf(p string) string {
	return strings.Split(strings.TrimPrefix(p, "modules/"), "/")[0]
}

// part names the part of a module a package belongs to; a package below core
// belongs to core.
func part(p string) string {
	m := moduleOf(p)
	_, rest, _ := strings.Cut(strings.TrimPrefix(p, "modules/"), "/")
	switch {
	case rest == m+"mod":
		return "mod"
	case rest == m+"test":
		return "test"
	case strings.HasPrefix(rest, "internal/"):
		return strings.Join(strings.SplitN(rest, "/", 3)[:2], "/")
	}
	return rest
}

func list(t *testing.T) (pkgs []pkg) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Module", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}
