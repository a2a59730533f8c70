// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// program is who warns.
const program = "certificates"

// maxTold is how many administrators hear of a certificate.
const maxTold = 20

// Warn does certificates.JobWarn: the holder and those who look after the
// register are told, once, that a certificate runs out. What has been replaced
// or revoked meanwhile is not spoken of.
func (s *Service) Warn(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "warn of a certificate")

	var w keystore.Warning
	if err := json.Unmarshal(body, &w); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		first, err := keystore.Told(ctx, tx, w)
		if err != nil || !first {
			return err
		}
		c, err := s.Register.Get(ctx, tx, access.All(), w.Certificate)
		if err != nil {
			return err
		}
		if c.State != keystore.Active || s.Messages == nil {
			return nil
		}
		until := c.NotAfter.In(calendar.Zone()).Format("02/01/2006")
		told := map[string]bool{}
		tell := func(account, words string) error {
			if told[account] {
				return nil
			}
			told[account] = true
			phone, err := s.phone(ctx, tx, account)
			if err != nil {
				return err
			}
			return s.Messages.SMS(ctx, tx, c.ID, phone, words)
		}
		if c.Holder.Account != "" {
			if err := tell(c.Holder.Account, fmt.Sprintf("Chứng thư số của Ông/Bà hết hạn ngày %s (còn không quá %d ngày). Đề nghị liên hệ bộ phận CNTT để gia hạn.", until, w.Days)); err != nil {
				return err
			}
		}
		managers, err := access.ListAllowed(ctx, tx, certificates.PermManage, tx.Now, maxTold)
		if err != nil {
			return err
		}
		for _, m := range managers {
			if err := tell(m, fmt.Sprintf("Một chứng thư số hết hạn ngày %s, số %.16s. Xem mục Chứng thư số, Sắp hết hạn.", until, c.Serial)); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, identity.Program(program), certificates.AuditWarned, c.ID)
	})
}

// phone returns the number of who holds an account; empty where none is known.
func (s *Service) phone(ctx context.Context, q db.Querier, account string) (string, error) {
	a, err := s.People.GetAccount(ctx, q, account)
	if errors.Is(err, identity.ErrAccountUnknown) || (err == nil && a.Person == "") {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	p, err := s.People.GetPerson(ctx, q, a.Person)
	if errors.Is(err, identity.ErrPersonNotFound) {
		return "", nil
	}
	return p.Phone, err
}
