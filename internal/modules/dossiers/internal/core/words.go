// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// WordDraft says by which Word document the result of a dossier is written.
type WordDraft struct {
	Template string // id of the version; empty: by none
	Version  int
	File     string // name of the document that an officer has changed; empty: the template is filled in
	By       string // name
	At       db.Time
	Warnings []docx.Warning // what the PDF pages will not have
}

// beginWords keeps by which version a result is written: that of this moment.
func (s *Service) beginWords(ctx context.Context, tx *db.Tx, d store.Dossier, result string) error {
	t, _, err := s.store.FindTemplate(ctx, tx, dossiers.ForResult, d.Procedure, tx.Now)
	if err != nil {
		return err
	}
	return s.store.PutWords(ctx, tx, store.Words{Result: result, Dossier: d.ID, Template: t.ID})
}

// wordsOf is how a result is, or would be, written: a result that nobody has begun
// by the version of now, and one from before there were templates by none.
func (s *Service) wordsOf(ctx context.Context, q db.Querier, d store.Dossier, result string) (store.Words, error) {
	if result == "" {
		t, _, err := s.store.FindTemplate(ctx, q, dossiers.ForResult, d.Procedure, s.DB.Now())
		return store.Words{Template: t.ID}, err
	}
	w, _, err := s.store.FindWords(ctx, q, result)
	return w, err
}

// wordFile opens the document by which a result is written; false where there is none.
func (s *Service) wordFile(ctx context.Context, d store.Dossier, w store.Words) (*docx.File, bool, error) {
	switch {
	case w.File != "":
		content, _, err := s.Files.Open(ctx, s.DB, subject(d.ID), files.ID(w.File))
		if err != nil {
			return nil, false, err
		}
		f, err := openWords(content)
		return f, err == nil, err
	case w.Template != "":
		row, err := s.store.GetTemplate(ctx, s.DB, w.Template)
		if err != nil {
			return nil, false, err
		}
		f, err := s.openTemplate(ctx, row)
		return f, err == nil, err
	}
	return nil, false, nil
}

// GetWordDraft says by which document the result of a dossier is written.
func (s *Service) GetWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (draft WordDraft, err error) {
	defer errs.Wrap(&err, "word draft of dossier %s", id)

	d, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return draft, err
	}
	r, _, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return draft, err
	}
	w, err := s.wordsOf(ctx, s.DB, d, r.ID)
	if err != nil || w.Template == "" {
		return draft, err
	}
	t, err := s.store.GetTemplate(ctx, s.DB, w.Template)
	if err != nil {
		return draft, err
	}
	draft = WordDraft{Template: t.ID, Version: t.Version, File: w.FileName, By: w.Name, At: w.At}
	f, _, err := s.wordFile(ctx, d, w)
	if err != nil {
		return draft, err
	}
	draft.Warnings = f.Warnings()
	return draft, nil
}

// FillWordDraft returns the document of a result with the facts of the dossier: the
// one an officer has changed, otherwise the template. The places of signature,
// number and date stay in it. It holds personal data, so that it was read is recorded.
func (s *Service) FillWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (document []byte, err error) {
	defer errs.Wrap(&err, "fill word draft of dossier %s", id)

	if _, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft); err != nil {
		return nil, err
	}
	d, p, err := s.read(ctx, actor, id, access.Handling, dossiers.AuditPersonRead)
	if err != nil {
		return nil, err
	}
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	if !found {
		r.Fields = "{}"
	}
	w, err := s.wordsOf(ctx, s.DB, d, r.ID)
	if err != nil {
		return nil, err
	}
	f, written, err := s.wordFile(ctx, d, w)
	if err != nil {
		return nil, err
	}
	if !written {
		return nil, dossiers.ErrNoWords
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return nil, err
	}
	var signer SignerChoice
	if choices, err := s.signers(ctx, d); err == nil && len(choices) == 1 {
		signer = choices[0]
	}
	values, err := s.resultValues(ctx, d, p, r, v, signer)
	if err != nil {
		return nil, err
	}
	if signer.Account == "" { // who signs is chosen later: these stay fields
		delete(values.Texts, "nguoi_ky.ten")
		delete(values.Texts, "nguoi_ky.chuc_vu")
	}
	return f.Fill(values)
}

// AddWordDraft takes the document that an officer has changed in Word as the draft
// of the result. Everything that has to be mended in it comes back at once.
func (s *Service) AddWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID, name string, content io.Reader) (err error) {
	defer errs.Wrap(&err, "add word draft to dossier %s", id)

	d, err := s.look(ctx, actor, dossiers.PermProcess, id, "", actDraft)
	if err != nil {
		return err
	}
	raw, err := readWords(content)
	if err != nil {
		return err
	}
	f, err := docx.Open(raw)
	if err != nil {
		return inFile(err)
	}
	fields, err := s.templateFields(ctx, dossiers.ForResult, d.Procedure)
	if err != nil {
		return err
	}
	if err := faults(f, fields, true); err != nil {
		return err
	}
	if _, _, err := f.Draw(sampleValues(fields), s.drawing(s.DB.Now(), name, "")); err != nil {
		return inFile(err)
	}
	staged, err := s.Files.Receive(ctx, strings.NewReader(string(raw)), files.Meta{Name: name, Allow: []files.Type{files.DOCX}, Limit: docx.MaxSize})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.redraft(ctx, tx, actor, id, "", func(row store.Result) error {
			w, _, err := s.store.FindWords(ctx, tx, row.ID)
			if err != nil {
				return err
			}
			if w.Template == "" {
				return dossiers.ErrNoWords
			}
			kept, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
			if err != nil {
				return err
			}
			if err := s.forgetWords(ctx, tx, w); err != nil {
				return err
			}
			w.File, w.FileName, w.By, w.Name, w.At = string(kept.ID), kept.Name, actor.Account, actor.Name, tx.Now
			if err := s.store.PutWords(ctx, tx, w); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, dossiers.AuditWordsAdded, string(id)+" sha256:"+kept.SHA256)
		})
	})
}

// DropWordDraft throws the changed document away: the template is filled in again.
func (s *Service) DropWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "drop word draft of dossier %s", id)

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.redraft(ctx, tx, actor, id, "", func(row store.Result) error {
			w, _, err := s.store.FindWords(ctx, tx, row.ID)
			if err != nil {
				return err
			}
			if w.File == "" {
				return dossiers.ErrNoWords
			}
			if err := s.forgetWords(ctx, tx, w); err != nil {
				return err
			}
			w.File, w.FileName, w.By, w.Name, w.At = "", "", actor.Account, actor.Name, tx.Now
			if err := s.store.PutWords(ctx, tx, w); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, dossiers.AuditWordsDropped, string(id))
		})
	})
}

// forgetWords erases the document that another takes the place of.
func (s *Service) forgetWords(ctx context.Context, tx *db.Tx, w store.Words) error {
	if w.File == "" {
		return nil
	}
	return files.Erase(ctx, tx, subject(w.Dossier), files.ID(w.File))
}

// eraseWords erases what was written in Word about a dossier.
func (s *Service) eraseWords(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	all, err := s.store.WordFiles(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, file := range all {
		f, err := files.Get(ctx, tx, subject(id), files.ID(file))
		if err != nil {
			return err
		}
		if f.Erased.IsZero() {
			if err := files.Erase(ctx, tx, subject(id), f.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// drawWords draws a result that is written in Word; false where it is not.
func (s *Service) drawWords(ctx context.Context, d store.Dossier, p store.Personal, r store.Result, v procedures.Version, signer SignerChoice, draft bool, made time.Time) (paper papers.Paper, written bool, err error) {
	w, err := s.wordsOf(ctx, s.DB, d, r.ID)
	if err != nil {
		return paper, false, err
	}
	f, written, err := s.wordFile(ctx, d, w)
	if err != nil || !written {
		return paper, false, err
	}
	values, err := s.resultValues(ctx, d, p, r, v, signer)
	if err != nil {
		return paper, false, err
	}
	paper, err = s.drawFile(f, values, v.Template.Title.VI, made, draft)
	return paper, true, err
}

// drawFile draws a document with its values, as a paper whose places are known.
func (s *Service) drawFile(f *docx.File, values docx.Values, title string, made time.Time, draft bool) (paper papers.Paper, err error) {
	how := s.drawing(db.At(made), title, values.Texts["don_vi.ten"])
	if draft && how.Mark == "" {
		how.Mark = "DỰ THẢO"
	}
	document, kept, err := f.Draw(values, how)
	if err != nil {
		return paper, err
	}
	paper = papers.Paper{PDF: document, Areas: make(map[papers.Area]pdf.Rect)}
	for name, area := range map[string]papers.Area{
		placeNumber: papers.AreaNumber, placeDay: papers.AreaDay, placeMonth: papers.AreaMonth, placeYear: papers.AreaYear,
		placeInitial: papers.AreaInitial, placeSign: papers.AreaSignature, placeSeal: papers.AreaSeal,
	} {
		if rect, ok := kept[name]; ok {
			paper.Areas[area] = rect
		}
	}
	sign, signed := paper.Areas[papers.AreaSignature]
	if !signed {
		return paper, nil
	}
	if _, ok := paper.Areas[papers.AreaSeal]; !ok { // over a third of the signature, on its left
		const side = 36 * mm
		paper.Areas[papers.AreaSeal] = pdf.Rect{Page: sign.Page, X: max(sign.X+sign.W/3-side, 0), Y: sign.Y + (sign.H-side)/2, W: side, H: side}
	}
	if _, ok := paper.Areas[papers.AreaInitial]; !ok {
		const w, h = 14 * mm, 8 * mm
		paper.Areas[papers.AreaInitial] = pdf.Rect{Page: sign.Page, X: max(sign.X-60*mm, 10*mm), Y: sign.Y, W: w, H: h}
	}
	return paper, nil
}

// resultValues are the facts of a result.
func (s *Service) resultValues(ctx context.Context, d store.Dossier, p store.Personal, r store.Result, v procedures.Version, signer SignerChoice) (docx.Values, error) {
	values, err := s.values(ctx, d, p, d.Authority)
	if err != nil {
		return values, err
	}
	texts := values.Texts
	texts["nguoi_ky.ten"], texts["nguoi_ky.chuc_vu"] = signer.Name, signer.Post
	if texts["quyet_dinh.ky_hieu"], err = s.notation(ctx, s.DB, d, v); err != nil {
		return values, err
	}
	texts["quyet_dinh.thay_the"] = ""
	if m, again, err := s.renewing(ctx, s.DB, d); err != nil {
		return values, err
	} else if again {
		texts["quyet_dinh.thay_the"] = replacing(m)
	}
	var said map[string]string
	if err := json.Unmarshal([]byte(r.Fields), &said); err != nil {
		return values, err
	}
	for _, f := range v.Template.Fields {
		value := said[f.Key]
		for _, o := range f.Options {
			if o.Value == value {
				value = o.Label.VI
			}
		}
		if f.Type == "money" || f.Type == "number" {
			texts[resultField+f.Key+inWords] = aloud(value)
			value = grouped(value)
		}
		texts[resultField+f.Key] = value
	}
	return values, nil
}

// replacing says which result a new one takes the place of.
func replacing(m store.Revocation) string {
	return fmt.Sprintf("Văn bản này thay thế văn bản số %s ngày %s đã bị thu hồi.", m.Number, m.IssuedAt.In(zone()).Format("02/01/2006"))
}
