// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
)

// JobReceipt makes the receipt of an accepted dossier. Its body is the ID.
const JobReceipt jobs.Kind = "dossiers.receipt"

// MakeReceipt does JobReceipt. Done again, it does nothing.
func (s *Service) MakeReceipt(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "make receipt")

	var id dossiers.ID
	if err := json.Unmarshal(body, &id); err != nil {
		return err
	}
	_, err = s.receipt(ctx, id)
	return err
}

// Receipt opens the receipt (mẫu 01) of an accepted dossier, and makes it where
// the job has not. The caller closes it.
func (s *Service) Receipt(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "receipt of dossier %s", id)

	return s.openRecorded(ctx, actor, id, why, dossiers.AuditReceiptRead, func(d store.Dossier) (files.ID, error) {
		return s.receipt(ctx, d.ID)
	})
}

// receipt returns the file of the receipt, which is made once: of two who make
// it at the same time one file is kept.
func (s *Service) receipt(ctx context.Context, id dossiers.ID) (files.ID, error) {
	all := access.All() // the caller has asked for the scope
	d, err := s.store.Get(ctx, s.DB, all, store.Involved(), id)
	switch {
	case err != nil:
		return "", err
	case d.ReceiptFile != "":
		return files.ID(d.ReceiptFile), nil
	case d.Code == "":
		return "", dossiers.ErrNoReceipt
	}
	p, err := s.store.Personal(ctx, s.DB, all, id)
	if err != nil {
		return "", err
	}
	document, err := s.drawReceipt(ctx, d, p, papers.FormatA4)
	if err != nil {
		return "", err
	}
	staged, err := s.stage(ctx, "giay-tiep-nhan-"+d.Code+".pdf", document)
	if err != nil {
		return "", err
	}
	var kept files.ID
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, all, store.Involved(), id)
		if errors.Is(err, dossiers.ErrMirror) {
			return dossiers.ErrNoReceipt
		}
		if err != nil {
			return err
		}
		if d.ReceiptFile != "" {
			kept = files.ID(d.ReceiptFile)
			return nil
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), string(JobReceipt))
		if err != nil {
			return err
		}
		d.ReceiptFile = string(f.ID)
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		kept = f.ID
		return audit.Record(ctx, tx, identity.Program(string(JobReceipt)), dossiers.AuditReceiptMade, string(id))
	})
	return kept, err
}

// stage puts a document of ours on the disk, before a transaction keeps it.
func (s *Service) stage(ctx context.Context, name string, document []byte) (files.Staged, error) {
	return s.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: name, Allow: []files.Type{files.PDF}, Limit: int64(len(document)), Own: true})
}

// drawReceipt draws the receipt from what is stored: the same bytes each time.
func (s *Service) drawReceipt(ctx context.Context, d store.Dossier, p store.Personal, format papers.Format) ([]byte, error) {
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return nil, err
	}
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Papers(ctx, s.DB, d.ID)
	if err != nil {
		return nil, err
	}
	clerk := s.accountName(ctx, s.DB, d.AcceptedBy)
	if format == papers.FormatA4 {
		paper, found, err := s.byTemplate(ctx, dossiers.ForReceipt, d, p, d.AcceptedAt.Time, docx.Values{
			Texts: map[string]string{"can_bo.ten": clerk}, Groups: map[string][]map[string]string{"giay_to": sheetsOf(items(filed, rows))},
		})
		if err != nil || found {
			return paper.PDF, err
		}
	}
	paper, err := s.press(d.AcceptedAt.Time).Receipt(papers.Receipt{
		Dossier: about, Items: items(filed, rows), Sets: 1, Duration: words(v), Received: d.AcceptedAt.Time, Due: d.Due.Time,
		CollectAt: about.Desk, Copy: "Giao", Clerk: clerk, Tracking: s.trackingAddress(d.Code), Format: format,
	})
	return paper.PDF, err
}

// Sheet is what a receipt is printed on at a counter.
type Sheet string

// The sheets besides A4, on which the receipt is kept.
const (
	SheetA5   Sheet = "a5"
	SheetRoll Sheet = "80" // thermal paper of 80 mm
	// SheetLarge is A4 in letters of 14 points and more.
	SheetLarge Sheet = "lon"
)

// ReceiptOn draws the receipt of an accepted dossier for another sheet than the
// one on which it is kept.
func (s *Service) ReceiptOn(ctx context.Context, actor identity.Actor, id dossiers.ID, sheet Sheet, why access.Purpose) (document []byte, err error) {
	defer errs.Wrap(&err, "receipt of dossier %s on %s", id, sheet)

	format, known := map[Sheet]papers.Format{SheetA5: papers.FormatA5, SheetRoll: papers.FormatRoll, SheetLarge: papers.FormatLarge}[sheet]
	if !known {
		return nil, dossiers.ErrNoReceipt
	}
	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	if d.Code == "" {
		return nil, dossiers.ErrNoReceipt
	}
	return s.drawReceipt(ctx, d, p, format)
}

func (s *Service) trackingAddress(code string) string {
	if s.Address == "" {
		return ""
	}
	return s.Address + "/tra-cuu?ma=" + code
}

// items lists what came, in the order of the procedure.
func items(v procedures.Version, rows []store.Paper) (all []papers.Item) {
	for _, p := range v.Papers {
		item, came := papers.Item{Name: p.Name.VI, Electronic: p.ByForm}, p.ByForm
		for _, r := range rows {
			if r.Paper != p.ID {
				continue
			}
			came = true
			item.Originals, item.Copies, item.Certified = item.Originals+r.Original, item.Copies+r.Copy, item.Certified+r.Certified
			item.Electronic = item.Electronic || r.File != ""
		}
		if came {
			all = append(all, item)
		}
	}
	return all
}

// sheetsOf are the rows of what came, as a template has them.
func sheetsOf(all []papers.Item) (rows []map[string]string) {
	for i, one := range all {
		row := map[string]string{
			"tt": strconv.Itoa(i + 1), "ten": one.Name, "ban_chinh": strconv.Itoa(one.Originals), "ban_sao": strconv.Itoa(one.Copies), "ban_chung_thuc": strconv.Itoa(one.Certified), "dien_tu": "",
		}
		if one.Electronic {
			row["dien_tu"] = "x"
		}
		rows = append(rows, row)
	}
	return rows
}

// words writes how long it takes, the shorter promise where there is one.
func words(v procedures.Version) string {
	d := v.Statutory
	if v.Reduced.Amount > 0 {
		d = v.Reduced
	}
	switch {
	case d.Amount == 0 && v.SameDay:
		return "trong ngày làm việc"
	case d.Amount == 0:
		return "chưa công bố"
	case d.Unit == "hours":
		return fmt.Sprintf("%02d giờ làm việc", d.Amount)
	case d.Working:
		return fmt.Sprintf("%02d ngày làm việc", d.Amount)
	}
	return fmt.Sprintf("%02d ngày", d.Amount)
}

// about is what every paper about a dossier says of it.
func (s *Service) about(ctx context.Context, d store.Dossier, p store.Personal) (papers.Dossier, error) {
	var owner, submitter Party
	if err := json.Unmarshal([]byte(p.Owner), &owner); err != nil {
		return papers.Dossier{}, err
	}
	if err := json.Unmarshal([]byte(p.Submitter), &submitter); err != nil {
		return papers.Dossier{}, err
	}
	if submitter.empty() && d.SubmitterID != d.OwnerID {
		who, err := s.Directory.GetPerson(ctx, s.DB, d.SubmitterID)
		if err != nil {
			return papers.Dossier{}, err
		}
		submitter = partyOf(who)
	}
	above, err := orgs.Above(ctx, s.DB, d.Received)
	if err != nil {
		return papers.Dossier{}, err
	}
	code, err := agencyCode(ctx, s.DB, d.Received)
	if err != nil {
		return papers.Dossier{}, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return papers.Dossier{}, err
	}
	out := papers.Dossier{
		AgencyCode: code, Place: placeName(above), Code: d.Code, Procedure: d.Name.VI, ProcCode: v.Code,
		Owner:     papers.Person{Name: owner.Name, ID: owner.Number, Address: owner.Address, Phone: owner.Phone, Mail: owner.Email},
		Submitter: submitter.Name,
	}
	if name := v.CaseName(d.Case).VI; name != "" {
		out.Procedure += " (" + name + ")"
	}
	if len(above) > 0 {
		out.Agency.Name = agencyName(above[0])
		desk, ok, err := orgs.FindUnder(ctx, s.DB, above[0].ID, orgs.OneStop, d.SubmittedAt.In(zone()).Format("2006-01-02"))
		if err != nil {
			return out, err
		}
		if ok {
			out.Desk = desk.Name.VI
		}
	}
	return out, nil
}
