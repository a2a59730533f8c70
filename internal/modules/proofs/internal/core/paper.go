// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// Paper prints a report and signs it (PAdES). The words are the caller's.
func (s *Service) Paper(ctx context.Context, words papers.Statement, simulated bool) (_ []byte, err error) {
	defer errs.Wrap(&err, "print a report")

	key, cert, _, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	now := s.DB.Now().Time
	press := papers.Press{Fonts: s.Fonts, Made: now}
	if simulated || s.Demo {
		press.Mark = papers.Simulated
	}
	words.Address = s.Address + "/kiem-tra"
	words.Author = cert.Subject.CommonName
	p, err := press.Statement(words)
	if err != nil {
		return nil, err
	}
	return signing.Sign(ctx, p.PDF, signing.Request{
		Field: "verification", Rect: &pdf.Rect{Page: 1}, At: now, Name: cert.Subject.CommonName, Reason: words.Title, Certify: true,
	}, key, nil)
}

// Read takes a report apart that this server has written.
func (s *Service) Read(text, seal string) (rep proofs.Report, err error) {
	if err := s.Recognise(text, seal); err != nil {
		return rep, err
	}
	return rep, json.Unmarshal([]byte(text), &rep)
}
