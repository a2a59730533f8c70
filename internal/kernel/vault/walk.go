// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Names of tables and columns come from the declarations of packages and from
// validated slugs of registers; ident refuses anything else all the same.
func ident(name string) string {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return `"invalid"`
		}
	}
	return `"` + name + `"`
}

func idents(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = ident(n)
	}
	return strings.Join(quoted, ", ")
}

// begins returns the condition under which the sealed text of a row begins with
// $1 (want), or is there and does not. $1 is a prefix of whole letters, or for a
// property what stands before it in the JSON with the prefix.
func begins(d db.Dialect, s crypt.Sealed, want bool) string {
	col := ident(s.Column)
	if s.Property == "" {
		if want {
			return col + ` <> '' AND substr(` + col + `, 1, length($1)) = $1`
		}
		return col + ` <> '' AND substr(` + col + `, 1, length($1)) <> $1`
	}
	find := d.Pick(`instr(`+col+`, `, `strpos(`+col+`, `)
	if want {
		return find + `$1) > 0`
	}
	return find + `'"` + s.Property + `":"') > 0 AND ` + find + `$1) = 0 AND ` + find + `'"` + s.Property + `":""') = 0`
}

func prefix(s crypt.Sealed, key string) string {
	if s.Property == "" {
		return crypt.Prefix(key)
	}
	return `"` + s.Property + `":"` + crypt.Prefix(key)
}

// Count returns how many texts are sealed with a key.
func (v *Vault) Count(ctx context.Context, q db.Querier, key string) (int64, error) {
	return v.count(ctx, q, key, true)
}

// Stale returns how many texts are sealed with another key than the active one.
func (v *Vault) Stale(ctx context.Context, q db.Querier) (int64, error) {
	return v.count(ctx, q, v.keys.Active(), false)
}

func (v *Vault) count(ctx context.Context, q db.Querier, key string, with bool) (total int64, err error) {
	columns, err := v.columns(ctx, q)
	if err != nil {
		return 0, err
	}
	for _, s := range columns {
		var n int64
		if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(s.Table)+` WHERE `+begins(q.Dialect(), s, with), prefix(s, key)).Scan(&n); err != nil {
			return 0, fmt.Errorf("count %s: %w", s.Name(), err)
		}
		total += n
	}
	return total, nil
}

// found is a row with a text to seal anew.
type found struct {
	key  []any
	text string // of the column as it was read
}

// next returns rows of a column whose text is sealed with another key, after one.
func next(ctx context.Context, q db.Querier, s crypt.Sealed, key string, after []any, limit int) ([]found, error) {
	where, args := begins(q.Dialect(), s, false), []any{prefix(s, key)}
	if len(after) > 0 {
		marks := make([]string, len(after))
		for i, a := range after {
			args = append(args, a)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		where += ` AND (` + idents(s.Key) + `) > (` + strings.Join(marks, ", ") + `)`
	}
	return db.All(ctx, q, func(r db.Row) (f found, err error) {
		f.key = make([]any, len(s.Key))
		dest := make([]any, 0, len(s.Key)+1)
		for i := range f.key {
			dest = append(dest, &f.key[i])
		}
		err = r.Scan(append(dest, &f.text)...)
		return f, err
	}, `SELECT `+idents(s.Key)+`, `+ident(s.Column)+` FROM `+ident(s.Table)+` WHERE `+where+
		` ORDER BY `+idents(s.Key)+` LIMIT `+strconv.Itoa(limit), args...)
}

// walk seals one batch anew. The place and the work are one transaction.
func (v *Vault) walk(ctx context.Context, o Rotation) (more bool, err error) {
	columns, err := v.columns(ctx, v.db)
	if err != nil {
		return false, err
	}
	at := 0
	for i, s := range columns {
		if s.Name() == o.Place {
			at = i
		}
	}
	if len(columns) == 0 || (o.Place != "" && columns[at].Name() != o.Place) {
		at, o.after = 0, "" // a register is no more: begin again, what is done stays done
	}
	after, err := decode(o.after)
	if err != nil {
		return false, err
	}
	for ; at < len(columns); at, after = at+1, nil {
		s := columns[at]
		rows, err := next(ctx, v.db, s, o.To, after, batch)
		if err != nil {
			return false, fmt.Errorf("read %s: %w", s.Name(), err)
		}
		if len(rows) == 0 {
			continue
		}
		last, err := json.Marshal(rows[len(rows)-1].key)
		if err != nil {
			return false, err
		}
		texts, unreadable := make([]string, len(rows)), 0
		for i, f := range rows { // outside the transaction
			texts[i], err = v.again(s, f)
			switch {
			case errors.Is(err, crypt.ErrUnreadable):
				unreadable++
			case err != nil:
				return false, err
			}
		}
		return true, v.db.Write(ctx, func(tx *db.Tx) error {
			n, err := put(ctx, tx, s, rows, texts)
			if err != nil {
				return fmt.Errorf("write %s: %w", s.Name(), err)
			}
			_, err = tx.Exec(ctx, `UPDATE vault_rotations SET place = $2, after_key = $3, done = done + $4, unreadable = unreadable + $5 WHERE id = $1`,
				o.ID, s.Name(), string(last), n, unreadable)
			return err
		})
	}
	// A transaction that had sealed with the old key may have come in behind the walk.
	left, err := v.Stale(ctx, v.db)
	if err != nil {
		return false, err
	}
	if left > o.Unreadable {
		return true, v.set(ctx, o, `place = '', after_key = '', unreadable = 0`)
	}
	return false, v.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE vault_rotations SET state = 'done', place = '', after_key = '', finished_at = $2, running = NULL WHERE id = $1`, o.ID, tx.Now)
		return err
	})
}

func decode(key string) (values []any, err error) {
	if key == "" {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(key)))
	dec.UseNumber()
	if err := dec.Decode(&values); err != nil {
		return nil, err
	}
	for i, v := range values {
		if n, ok := v.(json.Number); ok {
			if values[i], err = n.Int64(); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// again returns the text of a column with what is sealed in it sealed anew.
func (v *Vault) again(s crypt.Sealed, f found) (string, error) {
	text, err := property(s, f.text)
	if err != nil {
		return "", v.at(s, f, err)
	}
	again, _, err := v.keys.Again(s, row(s, f), text)
	if err != nil {
		return "", v.at(s, f, err)
	}
	if s.Property == "" {
		return again, nil
	}
	old, _ := json.Marshal(text) // a string is JSON
	fresh, _ := json.Marshal(again)
	mark := `"` + s.Property + `":`
	return strings.Replace(f.text, mark+string(old), mark+string(fresh), 1), nil
}

// row returns what the text of a row is bound to.
func row(s crypt.Sealed, f found) (values []string) {
	for i, k := range s.Key {
		if s.Row == nil || slices.Contains(s.Row, k) {
			values = append(values, fmt.Sprint(f.key[i]))
		}
	}
	return values
}

func (v *Vault) at(s crypt.Sealed, f found, err error) error {
	return fmt.Errorf("%s of %v: %w", s.Name(), f.key, err)
}

// property returns the sealed text in the text of a column.
func property(s crypt.Sealed, text string) (string, error) {
	if s.Property == "" {
		return text, nil
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		return "", err
	}
	sealed, _ := object[s.Property].(string)
	return sealed, nil
}

// put writes the new texts where the old ones still stand, and returns how many.
func put(ctx context.Context, tx *db.Tx, s crypt.Sealed, rows []found, texts []string) (n int64, err error) {
	conds := make([]string, len(s.Key))
	for i, k := range s.Key {
		conds[i] = ident(k) + " = $" + strconv.Itoa(i+3)
	}
	q := `UPDATE ` + ident(s.Table) + ` SET ` + ident(s.Column) + ` = $1 WHERE ` + ident(s.Column) + ` = $2 AND ` + strings.Join(conds, " AND ")
	for i, f := range rows {
		if texts[i] == "" {
			continue
		}
		did, err := tx.Exec(ctx, q, append([]any{texts[i], f.text}, f.key...)...)
		if err != nil {
			return 0, err
		}
		n += did // somebody else has changed it meanwhile, and so sealed it with the new key
	}
	return n, nil
}
