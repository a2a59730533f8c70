// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
)

// minKey is how long the key of a copy has to be, in characters.
const minKey = 16

// Copied is what a copy holds.
type Copied struct{ Rows map[string]int }

// Copy writes a dump of which nobody can be told, for training: names, numbers, phones,
// addresses, days of birth and codes are replaced by what a key makes of them, the same
// for the same each time; what is no field of the mapping, and every free text, is left
// out. Values that have no meaning to replace by are left out as well.
func Copy(from, to string, m mapping.File, key string) (c Copied, err error) {
	if utf8.RuneCountInString(key) < minKey {
		return c, moving.ErrKey.With("min", minKey)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return c, err
	}
	c.Rows = map[string]int{}
	x := masks{key: []byte(key), m: m}
	for _, name := range []string{mapping.Units, mapping.Procedures, mapping.Persons, mapping.Dossiers, mapping.Done, mapping.Files} {
		t, there := m.Tables[name]
		if !there {
			continue
		}
		if c.Rows[name], err = x.table(from, to, t); err != nil {
			return c, err
		}
	}
	return c, os.WriteFile(filepath.Join(to, mapping.FileName), mapping.Plain(m), 0o600)
}

// masks make other values of values.
type masks struct {
	key []byte
	m   mapping.File
}

func (x masks) number(kind, said string) uint64 {
	h := hmac.New(sha256.New, x.key)
	h.Write([]byte(kind + "\x00" + said))
	return binary.BigEndian.Uint64(h.Sum(nil))
}

func (x masks) digits(kind, said string, n int) string {
	d := fmt.Sprintf("%020d", x.number(kind, said))
	return d[len(d)-n:]
}

// table writes one table anew.
func (x masks) table(from, to string, t mapping.Table) (n int, err error) {
	rows, err := dump.Open(from, t)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	f, err := os.OpenFile(filepath.Join(to, t.CSV()), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // a folder of the server that its operators name
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := sheet.NewCSV(f, false)
	if err != nil {
		return 0, err
	}
	var fields []string
	var head []any
	for field := range t.Columns {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	for _, field := range fields {
		head = append(head, t.Columns[field].Name)
	}
	if err := out.Write(head...); err != nil {
		return 0, err
	}
	for rows.Next() {
		row := make([]any, len(fields))
		for i, field := range fields {
			said, err := rows.Get(field)
			if err != nil {
				said = "" // broken letters are not carried on
			}
			row[i] = x.mask(t, field, said)
		}
		if err := out.Write(row...); err != nil {
			return n, err
		}
		n++
	}
	return n, errors.Join(rows.Err(), out.Close())
}

// mask is what stands for a value; what says nothing about people stays.
func (x masks) mask(t mapping.Table, field, said string) string {
	if said == "" {
		return ""
	}
	switch t.Name + "." + field {
	case "persons.name":
		return x.name(said)
	case "persons.number":
		return "0" + x.digits("number", said, 11)
	case "persons.phone":
		return "09" + x.digits("phone", said, 8)
	case "persons.email":
		return "nguoi" + x.digits("email", said, 10) + "@example.org"
	case "persons.address":
		return "Số " + fmt.Sprint(1+x.number("address", said)%999) + ", ấp " + fmt.Sprint(1+x.number("hamlet", said)%20)
	case "persons.born":
		return x.born(t.Columns[field], said)
	case "done.by":
		return x.name(said)
	case "done.key":
		return "B" + x.digits("step", said, 12)
	case "done.name":
		return "Bước " + fmt.Sprint(1+x.number("what", said)%50)
	case "persons.key", "dossiers.owner", "dossiers.submitter":
		return "N" + x.digits("person", said, 12)
	case "dossiers.key", "files.dossier", "done.dossier":
		return "HL-" + x.digits("dossier", word(said), 12)
	case "dossiers.qr":
		return "HLQR-" + x.digits("qr", said, 12)
	case "files.key":
		return "T" + x.digits("file", said, 12)
	case "files.name":
		return "tep-" + x.digits("file name", said, 8) + ".pdf"
	case "files.path", "files.sha256", "dossiers.reason", "dossiers.asked_for", "done.note":
		return "" // words of people, and ways to what they hold
	case "dossiers.unit":
		return known(x.m.Units, said)
	case "dossiers.procedure":
		return known(x.m.Procedures, said)
	case "dossiers.status":
		return known(x.m.Statuses, said)
	case "dossiers.channel":
		return known(x.m.Channels, said)
	case "dossiers.step":
		return known(x.m.Steps, said)
	case "persons.kind":
		return known(x.m.Kinds, said)
	case "files.paper":
		return known(x.m.Papers, said)
	case "files.size":
		return digits(said)
	case "units.key", "units.name", "procedures.key", "procedures.name":
		return said
	}
	switch field {
	case mapping.Submitted, mapping.Accepted, mapping.Due, mapping.Asked, mapping.Finished, mapping.Delivered, mapping.At:
		if day, ok := t.Columns[field].Date(said); ok {
			return day.Format(t.Columns[field].Dates[0])
		}
	}
	return "" // a field that nobody has thought of says nothing
}

// known is a value that the mapping knows; another one may be anything, a name of
// somebody in the wrong column too.
func known(table map[string]string, said string) string {
	if _, there := table[said]; there {
		return said
	}
	return "?"
}

// name makes a name of common parts: which ones, the key says.
func (x masks) name(said string) string {
	families := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"}
	middles := []string{"Văn", "Thị", "Hữu", "Minh", "Thanh", "Ngọc", "Quốc", "Kim", "Hoàng", "Đức", "Xuân", "Thu"}
	given := []string{"Mẫu", "Thử", "Tập", "Luyện", "Ví Dụ", "Giả", "Mô", "Phỏng", "Bản", "Sao", "Học", "Hành"}
	n := x.number("name", said)
	return families[n%15] + " " + middles[n/15%12] + " " + given[n/180%12] + " " + fmt.Sprint(n/2160%10000)
}

// born is another day of the same ten years.
func (x masks) born(c mapping.Column, said string) string {
	day, ok := c.Date(said)
	if !ok {
		return ""
	}
	other := time.Date(day.Year()/10*10, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(x.number("born", said)%3650))
	return other.Format(c.Dates[0])
}

// CopyTo writes a copy of a source for training, and that it was made.
func (s *Service) CopyTo(ctx context.Context, actor identity.Actor, source, to, key string) (c Copied, err error) {
	defer errs.Wrap(&err, "copy %s for training", source)

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return c, err
	}
	m, folder, err := s.open(source)
	if err != nil {
		return c, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, moving.AuditCopied, source) }); err != nil {
		return c, err
	}
	m, forget, err := s.whole(ctx, folder, m)
	if err != nil {
		return c, err
	}
	c, err = Copy(folder, to, m, key)
	return c, errors.Join(err, forget())
}
