// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package ask reads the tables of an older system over its interface, page by page, and
// leaves them as files: everything behind it reads files. It asks one address, which the
// operator has written down, and knows no dossiers.
package ask

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/lockfile"
)

const (
	// largest bounds one answer, in bytes.
	largest = 32 << 20
	// maxPages bounds a table: an interface that never ends is a mistake.
	maxPages = 1_000_000
	// maxFailures is how often in a row an answer may be missing.
	maxFailures = 8
)

// System is the older system as the operator allows it to be asked; without URL none is.
type System struct {
	URL    string // nothing that does not begin so is asked
	User   string // with Secret as the password; empty: Secret is a token
	Secret string
}

// Pause is how long to wait after some failures in a row.
func Pause(failures int) time.Duration {
	return min(15*time.Minute, 15*time.Second<<min(max(failures, 1), 8))
}

// Fetch goes on reading the tables of a mapping that have a path into a folder, until a
// moment that stop knows. Killed anywhere, it goes on behind the last page that was
// written. moving.ErrSilent says that the older system does not answer now: call again
// later. Rows are how many were read.
func (s System) Fetch(ctx context.Context, folder string, m mapping.File, stop func() bool) (more bool, rows int, err error) {
	if s.URL == "" {
		return false, 0, moving.ErrNoSystem
	}
	lock, err := lockfile.Take(filepath.Join(folder, "lock"), strconv.Itoa(os.Getpid()))
	if _, held := errors.AsType[*lockfile.HeldError](err); held {
		return false, 0, moving.ErrMeanwhile
	}
	if err != nil {
		return false, 0, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	f := fetching{System: s, folder: folder, m: m, client: fetch.New(fetch.Options{Timeout: m.Limit(), Limit: largest, Configured: true})}
	if err := f.load(); err != nil {
		return false, 0, err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		t := m.Tables[name]
		if t.Path == "" || f.at(name).Done {
			continue
		}
		more, err := f.table(ctx, t, stop)
		if err != nil || more {
			return more, f.rows(), f.failed(err)
		}
	}
	return false, f.rows(), nil
}

// Failures is how often in a row an answer has been missing; 0 where nothing was asked.
func Failures(folder string) int {
	f := fetching{folder: folder}
	if f.load() != nil {
		return 0
	}
	return f.state.Failures
}

// TakeOver lets what was read into a folder be gone on with in another, where that was
// not long ago.
func TakeOver(from, to string, since time.Time) error {
	info, err := os.Stat(filepath.Join(from, stateFile))
	if errors.Is(err, os.ErrNotExist) || err == nil && info.ModTime().Before(since) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(to); err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	f := fetching{folder: to}
	if err := f.load(); err != nil {
		return err
	}
	f.state.Failures = 0
	return f.save()
}

const stateFile = "state.json"

// state is how far it is; it is written behind the rows it speaks of.
type state struct {
	Mapping  string               `json:"mapping"` // checksum: by another mapping it begins anew
	Failures int                  `json:"failures"`
	File     string               `json:"file,omitempty"`  // that was not given
	Tries    int                  `json:"tries,omitempty"` // in a row, of it
	Tables   map[string]*position `json:"tables"`
}

// position is how far a table is.
type position struct {
	Mark  string   `json:"mark"` // of the page that comes next
	Pages int      `json:"pages"`
	Rows  int      `json:"rows"`
	Bytes int64    `json:"bytes"` // of the rows that were written
	Names []string `json:"names"` // of columns, as they were met
	Last  string   `json:"last"`  // checksum of the last page
	Done  bool     `json:"done"`
}

type fetching struct {
	System
	folder string
	m      mapping.File
	client *fetch.Client
	state  state
}

func (f *fetching) at(name string) *position {
	if f.state.Tables[name] == nil {
		f.state.Tables[name] = &position{}
	}
	return f.state.Tables[name]
}

func (f *fetching) rows() (n int) {
	for _, p := range f.state.Tables {
		n += p.Rows
	}
	return n
}

func (f *fetching) load() error {
	raw, err := os.ReadFile(filepath.Join(f.folder, stateFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err == nil {
		err = json.Unmarshal(raw, &f.state)
	}
	if err != nil || f.m.Sum != "" && f.state.Mapping != f.m.Sum {
		f.state = state{Mapping: f.m.Sum}
	}
	if f.state.Tables == nil {
		f.state.Tables = map[string]*position{}
	}
	return nil
}

func (f *fetching) save() error {
	raw, err := json.Marshal(f.state)
	if err != nil {
		return err
	}
	path := filepath.Join(f.folder, stateFile)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// failed notes that an answer was missing; after many in a row it is no more waited for.
func (f *fetching) failed(err error) error {
	if !errors.Is(err, moving.ErrSilent) {
		return err
	}
	if f.state.Failures++; f.state.Failures >= maxFailures {
		err = moving.ErrGone.Because(err)
	}
	return errors.Join(err, f.save())
}

// table goes on with a table.
func (f *fetching) table(ctx context.Context, t mapping.Table, stop func() bool) (more bool, err error) {
	p := f.at(t.Name)
	if p.Pages == 0 {
		*p = position{Mark: t.Paging.First}
		for _, c := range t.Columns {
			p.Names = append(p.Names, c.Name)
		}
		slices.Sort(p.Names)
		p.Names = slices.Compact(p.Names)
	}
	out, err := os.OpenFile(filepath.Join(f.folder, t.Name+".part"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := errors.Join(out.Truncate(p.Bytes), seek(out, p.Bytes)); err != nil {
		return false, err
	}
	for !p.Done {
		if stop() || ctx.Err() != nil {
			return true, ctx.Err()
		}
		if err := f.page(ctx, t, p, out); err != nil {
			return false, err
		}
		if err := pause(ctx, f.m.Pause()); err != nil {
			return true, err
		}
	}
	return false, nil
}

func seek(f *os.File, to int64) error {
	_, err := f.Seek(to, io.SeekStart)
	return err
}

func pause(ctx context.Context, long time.Duration) error {
	if long <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
		return nil
	}
}

// page asks for the next page and writes its rows.
func (f *fetching) page(ctx context.Context, t mapping.Table, p *position, out *os.File) error {
	body, err := f.ask(ctx, t, p.Mark)
	if err != nil {
		return err
	}
	wrong := func(why string) error { return moving.ErrAnswer.With("table", t.Name).With("why", why) }
	said, err := parse(body)
	if err != nil {
		return moving.ErrSilent.Because(fmt.Errorf("no JSON: %w", err)) // a page of words in front of it: later perhaps
	}
	rows, ok := under(said, t.Rows).([]any)
	if !ok {
		return wrong("rows: " + t.Rows)
	}
	next := position{Pages: p.Pages + 1, Rows: p.Rows + len(rows), Names: p.Names, Bytes: p.Bytes}
	var lines bytes.Buffer
	for _, row := range rows {
		line, names, err := flat(row, next.Names)
		if err != nil {
			return wrong(err.Error())
		}
		next.Names = names
		lines.Write(line)
		lines.WriteByte('\n')
	}
	sum := sha256.Sum256(lines.Bytes())
	if next.Last = hex.EncodeToString(sum[:]); len(rows) > 0 && next.Last == p.Last {
		return wrong("paging.page: " + t.Paging.Page) // it gives the same page again and again
	}
	if next.Mark, next.Done, err = follows(t.Paging, p.Mark, said, len(rows)); err != nil {
		return wrong(err.Error())
	}
	if total, stated := number(under(said, t.Paging.Total)); next.Done && stated && next.Rows < total {
		*p = position{} // it begins anew: rows have moved between pages, or are held back
		return errors.Join(wrong(fmt.Sprintf("paging.total: %d < %d", next.Rows, total)), f.save())
	}
	if next.Pages > maxPages {
		return wrong(">" + strconv.Itoa(maxPages))
	}
	if _, err := out.Write(lines.Bytes()); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	next.Bytes += int64(lines.Len())
	if next.Done {
		if err := f.finish(t, next.Names, out); err != nil {
			return err
		}
	}
	*p, f.state.Failures = next, 0
	return f.save()
}

// follows is the mark of the page behind one of some rows.
func follows(p mapping.Paging, mark string, said any, rows int) (next string, done bool, err error) {
	switch {
	case p.Page == "":
		return "", true, nil
	case p.Next != "":
		switch v := under(said, p.Next).(type) {
		case nil:
			return "", true, nil
		case json.Number:
			return v.String(), false, nil
		case bool:
			return "", !v, errors.New("paging.next: true")
		case string:
			next, err = markOf(v, p.Page)
			return next, next == "", err
		}
		return "", false, errors.New("paging.next: " + p.Next)
	case rows == 0: // a page may be shorter than was asked for and not be the last
		return "", true, nil
	}
	n, err := strconv.Atoi(mark)
	if p.ByRow {
		return strconv.Itoa(n + rows), false, err
	}
	return strconv.Itoa(n + 1), false, err
}

// markOf reads a mark; of an address only what its query says is taken, so that nobody
// is sent elsewhere.
func markOf(said, parameter string) (string, error) {
	if !strings.Contains(said, "://") && !strings.HasPrefix(said, "/") && !strings.HasPrefix(said, "?") {
		return said, nil
	}
	u, err := url.Parse(said)
	if err != nil {
		return "", errors.New("paging.next")
	}
	mark := u.Query().Get(parameter)
	if mark == "" {
		return "", errors.New("paging.next: " + parameter)
	}
	return mark, nil
}

// ask asks for one page.
func (f *fetching) ask(ctx context.Context, t mapping.Table, mark string) ([]byte, error) {
	path, query, _ := strings.Cut(t.Path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, moving.ErrAnswer.With("table", t.Name).With("why", t.Path)
	}
	if t.Paging.Page != "" && mark != "" {
		values.Set(t.Paging.Page, mark)
	}
	if t.Paging.Size != "" {
		values.Set(t.Paging.Size, strconv.Itoa(t.Paging.Of))
	}
	q := fetch.Question{URL: strings.TrimSuffix(f.URL, "/") + path, Header: map[string]string{"Accept": "application/json"}}
	if len(values) > 0 {
		q.URL += "?" + values.Encode()
	}
	f.introduce(&q)
	a, err := f.client.Call(ctx, q)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, fetch.ErrAddress), errors.Is(err, fetch.ErrTooLarge):
		return nil, moving.ErrAnswer.With("table", t.Name).With("why", err.Error()).Because(err)
	case err != nil:
		return nil, moving.ErrSilent.Because(err)
	case a.Status == 429 || a.Status >= 500 || a.Status == 408:
		return nil, moving.ErrSilent.Because(fmt.Errorf("status %d", a.Status))
	case a.Status != 200:
		return nil, moving.ErrRefused.With("table", t.Name).With("status", a.Status)
	}
	return a.Body, nil
}
