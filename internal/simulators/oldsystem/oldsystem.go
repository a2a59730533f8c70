// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package oldsystem plays the one-stop system that a province leaves: it tells the tables
// that lie in a folder page by page, as an interface does, and misbehaves when it is told
// to. It keeps nothing itself: who changes the tables changes what it tells.
package oldsystem

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/simulators/door"
)

// Who the program is to it: by a token, or by a name and a password.
const (
	Token    = "simulated-older-token"
	User     = "tinhso"
	Password = "simulated-older-password"
)

// most is how many rows it gives at once, whatever is asked for.
const most = 500

type faults struct {
	fail, refuse, cut         int // how many of the next calls get 503, 403, half of a file
	slow                      time.Duration
	dead, wrong, repeat, less bool   // no answer; words instead of data; the first page for ever; a row held back on each page
	of                        string // only paths that begin so; empty: all
}

// System is the simulated older system.
type System struct {
	folder string

	mu     sync.Mutex
	faults faults
	asked  []string // paths with their queries
}

// New returns a system that tells the CSV tables of a folder.
func New(folder string) *System { return &System{folder: folder} }

// Handler serves GET /bang/{table}?trang=1&so_dong=100 (answers du_lieu.dong, du_lieu.tong and tiep, the
// address of the next page) and GET /dong/{table}?tu=0 (a bare list from a row on); GET /hoi tells what was
// asked; GET /tep/{path} gives a file of the folder noi_dung; POST
// /faults?fail=N&refuse=N&cut=N&slow=2s&dead=1&wrong=1&repeat=1&less=1 makes it misbehave, with of=/tep/
// only where a path begins so.
func (s *System) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bang/{table}", s.served(s.page))
	mux.HandleFunc("GET /dong/{table}", s.served(s.list))
	mux.HandleFunc("GET /tep/{path...}", s.answered(s.file))
	mux.HandleFunc("GET /hoi", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, append([]string{}, s.asked...))
	})
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		f := s.faults
		s.mu.Unlock()
		door.Show(w, map[string]string{
			"fail": door.Number(f.fail), "refuse": door.Number(f.refuse), "cut": door.Number(f.cut), "slow": door.Length(f.slow), "dead": door.Flag(f.dead), "wrong": door.Flag(f.wrong), "repeat": door.Flag(f.repeat), "less": door.Flag(f.less),
		})
	})
	mux.HandleFunc("POST /faults", s.misbehave)
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the caller has gone: nobody to tell
}

func (s *System) misbehave(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults{
		fail: number("fail"), refuse: number("refuse"), cut: number("cut"), slow: min(slow, time.Minute),
		dead: r.FormValue("dead") != "", wrong: r.FormValue("wrong") != "", repeat: r.FormValue("repeat") != "", less: r.FormValue("less") != "", of: r.FormValue("of"),
	}
	w.WriteHeader(http.StatusNoContent)
}

// served tells rows of a table.
func (s *System) served(do func(r *http.Request, rows []map[string]any, f faults) any) http.HandlerFunc {
	return s.answered(func(w http.ResponseWriter, r *http.Request, f faults) error {
		rows, err := s.table(r.PathValue("table"))
		if err == nil {
			answer(w, do(r, rows, f))
		}
		return err
	})
}

// file gives a file; one that is cut off says that it is longer.
func (s *System) file(w http.ResponseWriter, r *http.Request, f faults) error {
	root, err := os.OpenRoot(filepath.Join(s.folder, contents))
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	content, err := root.ReadFile(r.PathValue("path"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	if f.cut > 0 {
		content = content[:len(content)/2]
	}
	_, _ = w.Write(content) //nolint:gosec // octets of a file that who plays has put there; has the caller gone, nobody is to be told
	return nil
}

// contents is the folder of the files, beside the tables.
const contents = "noi_dung"

// answered lets faults happen around an answer.
func (s *System) answered(do func(w http.ResponseWriter, r *http.Request, f faults) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		f := s.faults
		if !strings.HasPrefix(r.URL.Path, f.of) {
			f = faults{}
		}
		s.asked = append(s.asked, r.URL.RequestURI())
		switch {
		case f.fail > 0:
			s.faults.fail--
		case f.refuse > 0:
			s.faults.refuse--
		case f.cut > 0:
			s.faults.cut--
		}
		s.mu.Unlock()
		time.Sleep(f.slow)
		user, password, basic := r.BasicAuth()
		switch {
		case f.dead:
			panic(http.ErrAbortHandler)
		case f.fail > 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.Header.Get("Authorization") != "Bearer "+Token && (!basic || user != User || password != Password):
			w.WriteHeader(http.StatusUnauthorized)
		case f.refuse > 0:
			w.WriteHeader(http.StatusForbidden)
		case f.wrong:
			_, _ = io.WriteString(w, "<html>Hệ thống đang bảo trì</html>")
		default:
			switch err := do(w, r, f); {
			case errors.Is(err, os.ErrNotExist):
				w.WriteHeader(http.StatusNotFound)
			case err != nil:
				w.WriteHeader(http.StatusInternalServerError)
			}
		}
	}
}

// table reads a table; a column whose name has a dot lies deeper.
func (s *System) table(name string) (rows []map[string]any, err error) {
	f, err := os.Open(filepath.Join(s.folder, filepath.Base(name)+".csv"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for _, line := range all[1:] {
		row := map[string]any{}
		for i, name := range all[0] {
			put(row, name, line[i])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func put(row map[string]any, name, said string) {
	above, rest, deeper := strings.Cut(name, ".")
	if !deeper {
		if row[name] = said; said == "" {
			row[name] = nil
		}
		return
	}
	under, ok := row[above].(map[string]any)
	if !ok {
		under = map[string]any{}
		row[above] = under
	}
	put(under, rest, said)
}

func whole(r *http.Request, name string, usual int) int {
	n, err := strconv.Atoi(r.FormValue(name))
	if err != nil || n < 0 {
		return usual
	}
	return n
}

func part(rows []map[string]any, from, n int, f faults) []map[string]any {
	if f.repeat {
		from = 0
	}
	from = min(from, len(rows))
	some := slices.Clone(rows[from:min(len(rows), from+n)])
	if f.less && len(some) > 0 {
		some = some[1:]
	}
	return some
}

func (*System) page(r *http.Request, rows []map[string]any, f faults) any {
	n := min(most, max(1, whole(r, "so_dong", 100)))
	page := max(1, whole(r, "trang", 1))
	some := part(rows, (page-1)*n, n, f)
	var next any
	if page*n < len(rows) || f.repeat {
		next = "https://motcua-cu.example.vn" + r.URL.Path + "?trang=" + strconv.Itoa(page+1) + "&so_dong=" + strconv.Itoa(n)
	}
	return map[string]any{"du_lieu": map[string]any{"dong": append([]map[string]any{}, some...), "tong": len(rows)}, "tiep": next}
}

func (*System) list(r *http.Request, rows []map[string]any, f faults) any {
	return append([]map[string]any{}, part(rows, whole(r, "tu", 0), min(most, max(1, whole(r, "so_dong", 100))), f)...)
}
