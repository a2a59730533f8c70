// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sync"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var migrations embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "geo", Files: migrations} }

// The origins of a table.
const (
	fromPack   = "pack"
	fromImport = "import"
)

// Record is a table that was entered.
type Record struct {
	Seq    int64
	Import bool   // otherwise of a pack
	Day    string // first day on which an import holds
	Basis  string
	Units  int // rows
	By     string
	At     db.Time
}

// Apply keeps the files of a pack (by path) and reports whether they are new.
// Without files it does nothing. What does not hold was refused when the pack
// was checked; what still does not is an error here.
func Apply(ctx context.Context, tx *db.Tx, files map[string][]byte) (changed bool, units int, err error) {
	defer errs.Wrap(&err, "apply administrative units")

	if len(files) == 0 {
		return false, 0, nil
	}
	named := map[string]string{}
	for p, data := range files {
		named[path.Base(p)] = string(data)
	}
	content, err := json.Marshal(named)
	if err != nil {
		return false, 0, err
	}
	hash := sha256.Sum256(content)
	sum, last := hex.EncodeToString(hash[:]), ""
	err = tx.QueryRow(ctx, `SELECT sum FROM geo_tables WHERE origin = $1 ORDER BY seq DESC LIMIT 1`, fromPack).Scan(&last)
	if err != nil && !errors.Is(err, db.ErrNoRows) || last == sum {
		return false, 0, err
	}
	t, wrong := Read(files)
	if len(wrong) > 0 {
		return false, 0, fmt.Errorf("%s:%d: %s", wrong[0].File, wrong[0].Line, wrong[0].Why)
	}
	return true, len(t.units), insert(ctx, tx, Record{Units: len(t.units)}, sum, content)
}

func insert(ctx context.Context, tx *db.Tx, r Record, sum string, content []byte) error {
	origin := fromPack
	if r.Import {
		origin = fromImport
	}
	_, err := tx.Exec(ctx, `INSERT INTO geo_tables (seq, origin, from_day, basis, sum, content, units, entered_by, entered_at)
		SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM geo_tables`,
		origin, r.Day, r.Basis, sum, string(content), r.Units, r.By, tx.Now)
	return err
}

// ListTables returns what was entered, the latest first.
func ListTables(ctx context.Context, q db.Querier, limit int) ([]Record, error) {
	return db.All(ctx, q, func(r db.Row) (t Record, err error) {
		var origin string
		err = r.Scan(&t.Seq, &origin, &t.Day, &t.Basis, &t.Units, &t.By, &t.At)
		t.Import = origin == fromImport
		return t, err
	}, `SELECT seq, origin, from_day, basis, units, entered_by, entered_at FROM geo_tables ORDER BY seq DESC LIMIT $1`, limit)
}

// Atlas hands out the index of what the database holds. It is a cache: each call
// asks which table is the latest, and reads it when another process entered one.
type Atlas struct {
	db *db.DB

	mu    sync.Mutex
	seq   int64
	index *Index
}

// NewAtlas returns an atlas that reads nothing yet.
func NewAtlas(d *db.DB) *Atlas { return &Atlas{db: d} }

// Index returns the index that holds now; an empty one where no table was entered.
func (a *Atlas) Index(ctx context.Context) (x *Index, err error) {
	defer errs.Wrap(&err, "read administrative units")

	var latest int64
	if err := a.db.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM geo_tables`).Scan(&latest); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.index != nil && a.seq == latest {
		return a.index, nil
	}
	t, err := stored(ctx, a.db)
	if err != nil {
		return nil, err
	}
	x, wrong := New(t)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%d rows of the table do not hold: %s", len(wrong), wrong[0].Why)
	}
	a.index, a.seq = x, latest
	return x, nil
}

// Today returns the day of the installation's clock.
func (a *Atlas) Today() string { return calendar.On(a.db.Now().Time).String() }

// stored reads the latest table of a pack and what was imported over it.
func stored(ctx context.Context, q db.Querier) (t Table, err error) {
	var content string
	err = q.QueryRow(ctx, `SELECT content FROM geo_tables WHERE origin = $1 ORDER BY seq DESC LIMIT 1`, fromPack).Scan(&content)
	if errors.Is(err, db.ErrNoRows) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t, wrong := Read(filesOf(content))
	if len(wrong) > 0 {
		return t, fmt.Errorf("%s:%d: %s", wrong[0].File, wrong[0].Line, wrong[0].Why)
	}
	return imported(ctx, q, t)
}

func filesOf(content string) map[string][]byte {
	named, files := map[string]string{}, map[string][]byte{}
	_ = json.Unmarshal([]byte(content), &named) // what cannot be read has no files, and says so above
	for name, data := range named {
		files[name] = []byte(data)
	}
	return files
}
