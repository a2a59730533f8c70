// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/packs"
)

// block is one block of a guide.
type block struct{ kind, text string }

func blocksOf(t *testing.T, guide string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all = append(all, block{b[1], b[2]})
	}
	return all
}

// shown compares what a guide shows with what was said; "not: x" must not be there.
func shown(t *testing.T, b block, said string) {
	t.Helper()
	for line := range strings.Lines(b.text) {
		line = strings.TrimSpace(line)
		if gone, not := strings.CutPrefix(line, "not: "); not {
			if strings.Contains(said, gone) {
				t.Errorf("the guide says that %q is not told, said was:\n%.3000s", gone, said)
			}
		} else if !strings.Contains(said, line) {
			t.Errorf("the guide shows %q, said was:\n%.3000s", line, said)
		}
	}
}

// TestTheGuideOfANewRegisterByCommands runs the commands of docs/guides/new-register.md
// with the real program, in an empty folder.
func TestTheGuideOfANewRegisterByCommands(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, bin := t.TempDir(), t.TempDir()
	shim := "#!/bin/sh\n" + asCommand + "=1 exec '" + self + "' -test.run='^TestBeTheCommand$' -- \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "tinhso"), []byte(shim), 0o700); err != nil {
		t.Fatal(err)
	}
	commands, said := 0, ""
	for _, b := range blocksOf(t, "../../docs/guides/new-register.md") {
		switch b.kind {
		case "text":
			if said != "" {
				shown(t, b, said)
			}
		case "sh":
			commands++
			shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", b.text)
			shell.Dir = folder
			shell.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
			out, err := shell.CombinedOutput()
			if err != nil {
				t.Fatalf("%s\n%v\n%s", b.text, err, out)
			}
			said = string(out)
		default:
			said = ""
		}
	}
	if commands < 5 {
		t.Errorf("%d blocks of commands: the guide has lost its blocks", commands)
	}
}

// TestTheGuideOfANewRegisterByItsDoors applies the register of the guide to the
// province of the tests and makes every request that the guide shows.
func TestTheGuideOfANewRegisterByItsDoors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		all := blocksOf(t, "../../docs/guides/new-register.md")
		file := regexp.MustCompile(`(?s)cho\.yaml <<'END'\n(.*?)\nEND\n`).FindStringSubmatch(all[0].text)
		if file == nil {
			t.Fatal("the guide has no register")
		}
		files := maps.Clone(w.set.Files())
		files[w.set.Meta.Name+"/registers/cho.yaml"] = []byte(file[1] + "\n")
		fsys, err := packs.FromFiles(files)
		must(t, err)
		set, err := packs.Load(fsys, w.set.Meta.Name)
		must(t, err)
		if _, err := w.Apply(t.Context(), set, true, false); err != nil {
			t.Fatal(err)
		}
		requests, said := 0, ""
		for _, b := range all {
			switch b.kind {
			case "http":
				said = ""
				lines := strings.Split(strings.TrimSpace(b.text), "\n")
				for i, line := range lines {
					if strings.HasPrefix(line, "{") {
						continue
					}
					request, who, _ := strings.Cut(line, " as ")
					method, path, _ := strings.Cut(request, " ")
					body := ""
					if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "{") {
						body = lines[i+1]
					}
					requests++
					if strings.HasPrefix(path, "/api/v1/search") {
						w.indexed(t)
						at, words, _ := strings.Cut(path, "?q=")
						path = at + "?q=" + url.QueryEscape(words)
					}
					path = w.named(t, path)
					a := w.send(t, who, method, path, body, "Idempotency-Key", fmt.Sprint("guide", requests))
					if a.status >= 500 || a.status == http.StatusNotFound || a.status == http.StatusForbidden {
						t.Fatalf("%s: %d %.500s", line, a.status, a.body)
					}
					said += a.body + a.header.Get("Location")
				}
			case "csv":
				said = w.importTable(t, b.text)
			case "text":
				if said != "" {
					shown(t, b, said)
				}
			default:
				said = ""
			}
		}
		if requests < 8 {
			t.Errorf("%d requests: the guide has lost its blocks", requests)
		}
	})
}

// named puts the id of a record where a path of the guide has its licence: {GP-0010}.
func (w *world) named(t *testing.T, path string) string {
	t.Helper()
	return regexp.MustCompile(`\{GP-[0-9]+\}`).ReplaceAllStringFunc(path, func(code string) (id string) {
		must(t, w.DB.QueryRow(t.Context(), `SELECT id FROM reg_giay_phep_nuoi_cho WHERE f_code = $1`, strings.Trim(code, "{}")).Scan(&id))
		return id
	})
}

// indexed brings what has changed into the search, as the server does every second.
func (w *world) indexed(t *testing.T) {
	t.Helper()
	for more := true; more; {
		_, err := w.Registers.OrderFeed(t.Context(), w.DB)
		must(t, err)
		more, err = w.Parts.Index.Step(t.Context())
		must(t, err)
	}
}

// importTable brings a table into the register of the guide and lets its right
// rows in; it says how many were new, and the cells that were wrong.
func (w *world) importTable(t *testing.T, table string) string {
	t.Helper()
	const who, at = "chuyenvien.longxuyen", "/api/v1/registers/giay-phep-nuoi-cho/imports"
	call := func(method, path, body string, into any) {
		t.Helper()
		kind := "application/json"
		if strings.Contains(path, "?name=") {
			kind = "text/csv"
		}
		a := w.send(t, who, method, at+path, body, "Content-Type", kind, "Idempotency-Key", method+path)
		if a.status >= 300 {
			t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
		}
		if into != nil {
			must(t, json.Unmarshal([]byte(a.body), into))
		}
	}
	var i struct {
		ID         string
		State      string
		New, Wrong int64
	}
	call(http.MethodPost, "?name=giay-phep.csv", table, &i)
	var c struct{ Columns []string }
	call(http.MethodGet, "/"+i.ID+"/columns", "", &c)
	columns, err := json.Marshal(map[string]any{"columns": c.Columns, "unit": townWard})
	must(t, err)
	call(http.MethodPut, "/"+i.ID+"/columns", string(columns), nil)
	w.doJobs(t)
	var rows struct {
		Items []struct{ Wrong []struct{ Cell string } }
	}
	call(http.MethodGet, "/"+i.ID+"/rows?kind=wrong", "", &rows)
	call(http.MethodPost, "/"+i.ID+"/decision", `{"in":true}`, nil)
	w.doJobs(t)
	call(http.MethodGet, "/"+i.ID, "", &i)
	if i.State != "done" {
		t.Fatalf("the import is %s", i.State)
	}
	said := fmt.Sprintf("%d new\n%d wrong:", i.New, i.Wrong)
	for _, row := range rows.Items {
		for _, cell := range row.Wrong {
			said += " " + cell.Cell
		}
	}
	return said
}
