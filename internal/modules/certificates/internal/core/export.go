// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Columns heads the file of an export.
func Columns() []string {
	return []string{"name", "login", "unit", "kind", "provider", "state", "serial", "issuer", "not_before", "not_after", "simulated"}
}

// Export writes all certificates of a query as a file of comma-separated values
// (UTF-8 with its mark, as Excel wants it). That it was done is in the log
// before the first byte leaves.
func (s *Service) Export(ctx context.Context, actor identity.Actor, q Query, w io.Writer) (err error) {
	defer errs.Wrap(&err, "export certificates")

	if _, err := viewing(actor); err != nil {
		return err
	}
	if fields := q.Check(); len(fields) > 0 {
		return errs.BadInput(fields)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, certificates.AuditExported, "all", access.Inspection)
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	file := csv.NewWriter(w)
	if err := file.Write(Columns()); err != nil {
		return err
	}
	for q.After = ""; ; {
		page, err := s.List(ctx, actor, q)
		if err != nil {
			return err
		}
		for _, c := range page.Certificates {
			row, err := s.row(ctx, c)
			if err != nil {
				return err
			}
			if err := file.Write(row); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			file.Flush()
			return file.Error()
		}
	}
}

func (s *Service) row(ctx context.Context, c keystore.Certificate) ([]string, error) {
	login, err := s.login(ctx, c.Holder.Account)
	if err != nil {
		return nil, err
	}
	state, simulated := string(c.State), ""
	if c.State == keystore.Active && c.Outside(s.DB.Now()) {
		state = Expired
	}
	if c.Simulated {
		simulated = "1"
	}
	day := func(t time.Time) string { return t.In(calendar.Zone()).Format("02/01/2006") }
	row := []string{c.Name, login, string(c.Unit), string(c.Kind), c.Provider, state, c.Serial, c.Issuer, day(c.NotBefore.Time), day(c.NotAfter.Time), simulated}
	for i, cell := range row {
		row[i] = plain(cell)
	}
	return row, nil
}

// plain keeps a cell from being taken for a formula: names come from certificates
// that others have made.
func plain(cell string) string {
	if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@") {
		return "'" + cell
	}
	return cell
}
