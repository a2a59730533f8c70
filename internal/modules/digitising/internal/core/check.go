// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Sheet is a paper with its pages: what is checked side by side.
type Sheet struct {
	Paper
	Batch Batch
	Pages []Page
	Over  int    // the most pages that a paper may have, where it has more and the rest is not in Pages; otherwise 0
	Next  string // the next paper that nobody has checked; empty: there is none
}

// GetPaper returns a paper of a batch; that it was looked at is recorded.
func (s *Service) GetPaper(ctx context.Context, actor identity.Actor, batch, paper string) (v Sheet, err error) {
	defer errs.Wrap(&err, "get paper %s", paper)

	sc, err := scope(actor)
	if err != nil {
		return v, err
	}
	b, err := s.store.GetBatch(ctx, s.DB, sc, batch)
	if err != nil {
		return v, err
	}
	v.Batch.Batch = b
	if v.Paper, err = s.store.GetPaper(ctx, s.DB, paper); err == nil && v.Paper.Batch != batch {
		err = digitising.ErrNotFound
	}
	if err != nil {
		return v, err
	}
	if v.Pages, err = s.store.PagesOf(ctx, s.DB, paper, maxPages+1); err != nil {
		return v, err
	}
	if len(v.Pages) > maxPages {
		v.Pages, v.Over = v.Pages[:maxPages], maxPages
	}
	for _, after := range []string{paper, ""} { // after it, and then from the beginning
		next, err := s.store.ListPapers(ctx, s.DB, batch, digitising.Ready, after, 1)
		if err != nil {
			return v, err
		}
		if len(next) > 0 && next[0].ID != paper {
			v.Next = next[0].ID
			break
		}
	}
	return v, s.looked(ctx, actor, paper)
}

// Checking is what somebody saw on a paper.
type Checking struct {
	Version int // of the paper, as they saw it
	Values  map[string]string
	Another bool // it is another paper, although one says the same
}

func numbers() *regexp.Regexp { return regexp.MustCompile(`^(\d{9}|\d{12}|\d{10}(-\d{3})?)$`) }

// Check keeps what a person read on a paper. Whoever was faster is not overwritten.
func (s *Service) Check(ctx context.Context, actor identity.Actor, batch, paper string, in Checking) (err error) {
	defer errs.Wrap(&err, "check paper %s", paper)

	var a asked
	values := map[string]store.Field{}
	for _, f := range Fields() {
		values[f] = store.Field{Value: a.line(f, in.Values[f], 300, true), Sure: 100}
	}
	issued, bad := time.Parse(time.DateOnly, values[FieldIssued].Value)
	switch {
	case values[FieldIssued].Value == "":
	case bad != nil || issued.Year() < 1900:
		a.add(FieldIssued, "form.not_a_date")
	case zoned(issued).After(zoned(s.DB.Now().Time)):
		a.add(FieldIssued, "holdings.issued_later")
	}
	number := strings.ReplaceAll(values[FieldOwnerNumber].Value, " ", "")
	if number != "" && !numbers().MatchString(number) {
		a.add(FieldOwnerNumber, "digitising.owner_number_wrong")
	}
	values[FieldOwnerNumber] = store.Field{Value: number, Sure: 100}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := s.batchIn(ctx, tx, actor, digitising.PermScan, batch)
		if err != nil {
			return err
		}
		p, err := s.paperIn(ctx, tx, actor, digitising.PermScan, batch, paper)
		if err != nil {
			return err
		}
		scan, err := s.store.GetScan(ctx, tx, p.Scan)
		switch {
		case err != nil:
			return err
		case !slices.Contains([]digitising.State{digitising.Ready, digitising.Checked, digitising.Stopped}, p.State):
			return digitising.ErrOver
		case p.Version != in.Version:
			return digitising.ErrChanged
		case scan.State == store.Reading:
			return digitising.ErrReading
		}
		if err := a.err(); err != nil {
			return err
		}
		if _, err := s.pagesOf(ctx, tx, paper); err != nil {
			return err
		}
		p.Facts.Key = keyOf(b.Type, values)
		if !in.Another {
			if err := s.alone(ctx, tx, actor, p.Facts.Key, paper); err != nil {
				return err
			}
		}
		p.State, p.Facts.Fields, p.CheckedBy, p.CheckedAt, p.Reason = digitising.Checked, values, actor.Account, tx.Now, ""
		if err := s.store.PutPaper(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditChecked, paper)
	})
}

// paperIn returns a paper of a batch that the actor may work on, locked.
func (s *Service) paperIn(ctx context.Context, q db.Querier, actor identity.Actor, p identity.Permission, batch, paper string) (store.Paper, error) {
	if _, err := s.batchIn(ctx, q, actor, p, batch); err != nil {
		return store.Paper{}, err
	}
	one, err := s.store.GetPaper(ctx, q, paper)
	if err == nil && one.Batch != batch {
		err = digitising.ErrNotFound
	}
	return one, err
}

// Sign makes an electronic copy of a checked paper, puts the seal of the agency on
// it, and has it taken into the vault of its owner.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, batch, paper string) (err error) {
	defer errs.Wrap(&err, "sign paper %s", paper)

	b, err := s.batchIn(ctx, s.DB, actor, digitising.PermSign, batch)
	if err != nil {
		return err
	}
	p, err := s.paperIn(ctx, s.DB, actor, digitising.PermSign, batch, paper)
	switch {
	case err != nil:
		return err
	case p.State == digitising.Ready || p.State == digitising.Stopped:
		return digitising.ErrUnchecked
	case p.State != digitising.Checked:
		return digitising.ErrOver
	}
	if err := s.passed(ctx, s.DB, batch, p); err != nil {
		return err
	}
	document, err := s.sealed(ctx, b, p)
	if err != nil {
		return err
	}
	st, err := s.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: "ban-sao-dien-tu.pdf", Allow: []files.Type{files.PDF}, Limit: int64(len(document)), Own: true})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.paperIn(ctx, tx, actor, digitising.PermSign, batch, paper)
		if err != nil {
			return err
		}
		if now.Version != p.Version {
			return digitising.ErrChanged
		}
		f, err := s.Files.Keep(ctx, tx, st, copySubject(paper), actor.Account)
		if err != nil {
			return err
		}
		now.State, now.SignedBy, now.File, now.Facts.Officer = digitising.Signed, actor.Account, string(f.ID), actor.Name
		if err := s.store.PutPaper(ctx, tx, now); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, JobEnter, entering{paper, batch, b.Unit, b.Type, b.Against}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditSigned, paper)
	})
}

// pagesOf returns all pages of a paper; one with too many is ErrTooManyPages.
func (s *Service) pagesOf(ctx context.Context, q db.Querier, paper string) ([]Page, error) {
	pages, err := s.store.PagesOf(ctx, q, paper, maxPages+1)
	if err == nil && len(pages) > maxPages {
		err = digitising.ErrTooManyPages.With("max", maxPages)
	}
	return pages, err
}

// sealed draws the copy of a paper and seals it.
func (s *Service) sealed(ctx context.Context, b store.Batch, p store.Paper) ([]byte, error) {
	agency, err := agencyOf(ctx, s.DB, orgs.ID(b.Unit))
	if err != nil {
		return nil, err
	}
	signer, err := s.Seal(ctx, agency.ID)
	if err != nil {
		return nil, err
	}
	c := papers.Scanned{Title: p.Facts.Fields[FieldNumber].Value, Agency: agency.Authority().VI}
	pages, err := s.pagesOf(ctx, s.DB, p.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range pages {
		if one.Dropped {
			continue
		}
		content, _, err := s.Files.Open(ctx, s.DB, pageSubject(one.ID), files.ID(one.File))
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(content)
		if err = errors.Join(err, content.Close()); err != nil {
			return nil, err
		}
		c.Pages = append(c.Pages, papers.ScannedPage{JPEG: raw, Width: one.Width, Height: one.Height})
	}
	if len(c.Pages) == 0 {
		return nil, digitising.ErrEmpty
	}
	at := zoned(s.DB.Now().Time)
	drawn, err := s.press(at).Scanned(c)
	if err != nil {
		return nil, err
	}
	place := drawn.Areas[papers.AreaSeal]
	look, err := appearance.Page(s.Fonts, place, at, nil, []string{"SAO Y", c.Agency, at.Format("02/01/2006 15:04:05 -07:00")})
	if err != nil {
		return nil, err
	}
	signed, err := signing.Sign(ctx, drawn.PDF, signing.Request{
		Field: string(papers.AreaSeal), Rect: &place, Appearance: look, At: at, Name: c.Agency, Reason: "Số hóa, sao y", Certify: true,
	}, signer, s.Stamp)
	if err != nil {
		return nil, err
	}
	report, err := s.Signatures(ctx, signed)
	if err != nil {
		return nil, err
	}
	if !report.Valid() || len(report.Signatures) != 1 {
		return nil, digitising.ErrSignature.Because(fmt.Errorf("%d signatures, valid %v", len(report.Signatures), report.Valid()))
	}
	return signed, nil
}

// agencyOf is the authority that a unit belongs to: a one-stop office has no seal.
func agencyOf(ctx context.Context, q db.Querier, unit orgs.ID) (orgs.Unit, error) {
	u, err := orgs.Get(ctx, q, unit)
	for err == nil && u.Kind == orgs.OneStop && u.Parent != "" {
		u, err = orgs.Get(ctx, q, u.Parent)
	}
	return u, err
}

// entering is the body of JobEnter.
type entering struct {
	Paper   string `json:"paper"`
	Batch   string `json:"batch"`
	Unit    string `json:"unit"`
	Type    string `json:"type"`
	Against string `json:"against"`
}

// Enter does JobEnter. Done again it finds the paper in the vault.
func (s *Service) Enter(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "enter a paper into the vault")

	var e entering
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	p, err := s.store.GetPaper(ctx, s.DB, e.Paper)
	if err != nil || p.State != digitising.Signed {
		return err
	}
	content, f, err := s.Files.Open(ctx, s.DB, copySubject(p.ID), files.ID(p.File))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	value := func(field string) string { return p.Facts.Fields[field].Value }
	made, err := s.Vault.AddBackfile(ctx, identity.Actor{Account: p.SignedBy, Name: p.Facts.Officer}, holdings.CabinetPaper{
		Key: p.ID + ":" + f.SHA256, Type: e.Type, OwnerName: value(FieldOwner), OwnerNumber: value(FieldOwnerNumber), Number: value(FieldNumber), Issuer: value(FieldIssuer),
		Issued: value(FieldIssued), Against: e.Against, Officer: p.Facts.Officer, Batch: e.Batch, Unit: e.Unit, Name: f.Name,
	}, content)
	known, definite := errors.AsType[*errs.Error](err)
	if err != nil && (!definite || known.Kind != errs.Conflict && known.Kind != errs.NotFound) {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, again := s.store.GetPaper(ctx, tx, p.ID)
		if again != nil || now.State != digitising.Signed {
			return again
		}
		now.State, now.Vault = digitising.Entered, made
		if known != nil {
			now.State, now.Vault, now.Reason = digitising.Stopped, "", known.Code
		}
		return s.store.PutPaper(ctx, tx, now)
	})
}
