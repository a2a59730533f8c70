// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/crypt"
)

// Alike reports where the rows of a copy say something else than those of the dossier
// that it is a copy of, once ids, codes, owners and days are taken away.
func Alike(ctx context.Context, database string, keys *crypt.Keys, pairs [][2]string) (wrong error) {
	d, err := open(database)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	var ids []string
	for _, p := range pairs {
		ids = append(ids, p[0], p[1])
	}
	slices.Sort(ids)
	shapes, err := readShapes(ctx, d, keys, slices.Compact(ids))
	if err != nil {
		return err
	}
	byID := map[string]*shape{}
	for _, s := range shapes {
		byID[s.ids[0]] = s
	}
	for _, p := range pairs {
		if byID[p[0]] == nil || byID[p[1]] == nil {
			return fmt.Errorf("%s or %s is missing", p[0], p[1])
		}
		of, err := byID[p[0]].bones(keys)
		if err != nil {
			return err
		}
		is, err := byID[p[1]].bones(keys)
		if err != nil {
			return err
		}
		if !slices.Equal(of, is) {
			for i := range min(len(of), len(is)) {
				if of[i] != is[i] {
					wrong = errors.Join(wrong, fmt.Errorf("%s and %s:\n  %s\n  %s", p[0], p[1], of[i], is[i]))
					break
				}
			}
			if len(of) != len(is) {
				wrong = errors.Join(wrong, fmt.Errorf("%s has %d rows, %s has %d", p[0], len(of), p[1], len(is)))
			}
		}
	}
	return wrong
}

// bones are the rows of a dossier without what is its own, sorted.
func (s *shape) bones(keys *crypt.Keys) (all []string, err error) {
	own := []string{s.lines[0].text("code"), "CODE", s.lines[0].text("reference"), "REFERENCE", s.owner.name, "NAME", s.owner.number, "NUMBER", s.owner.phone, "PHONE"}
	for i := len(own) - 2; i >= 0; i -= 2 {
		if own[i] == "" {
			own = slices.Delete(own, i, i+2)
		}
	}
	names, hex := strings.NewReplacer(own...), regexp.MustCompile(`[0-9a-f]{64}`)
	mine := map[string]bool{s.owner.id: true}
	for _, one := range s.ids {
		mine[one] = true
	}
	began := calendar.On(time.UnixMicro(s.submitted))
	for _, l := range s.lines {
		words := []string{l.table}
		for i, c := range l.cells {
			said := fmt.Sprint(c)
			column := l.columns[i]
			if n, ok := c.(int64); ok {
				switch {
				case isTime(n):
					said = fmt.Sprint("+", n-s.submitted)
				case n > 2000_01_01 && n < 2100_01_01 && strings.HasPrefix(l.table, "dossiers_"):
					said = fmt.Sprint("day ", began.At(0).Sub(calendar.Date{Year: int(n / 10000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}.At(0)))
				case l.table == "dossiers_results" && (column == "number" || column == "year"):
					said = fmt.Sprint(n > 0)
				}
			}
			if text, ok := c.(string); ok && text != "" {
				row := l.text("id")
				if l.table == "files_pictures" {
					row = fmt.Sprint(l.text("file_id"), "/", l.number("page"))
				}
				if bound := sealedAs(column); bound != "" {
					if said, err = keys.OpenText(l.table, bound, row, text); err != nil {
						return nil, fmt.Errorf("%s.%s of %s: %w", l.table, column, s.ids[0], err)
					}
				}
				switch {
				case column == "owner_folded" || column == "owner_number_index" || column == "owner_phone_index" || column == "pauses" || l.table == "dossiers_requests" && column == "key":
					said = "OWN"
				case strings.HasSuffix(column, "_on") && text != "":
					said = "DAY"
				}
				said = hex.ReplaceAllString(names.Replace(said), "HASH")
				said = uuid().ReplaceAllStringFunc(said, func(one string) string {
					if mine[one] {
						return "ID"
					}
					return one
				})
			}
			words = append(words, column+"="+said)
		}
		all = append(all, strings.Join(words, " "))
	}
	slices.Sort(all)
	return all, nil
}
