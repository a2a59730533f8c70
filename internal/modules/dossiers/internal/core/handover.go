// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// By what right a result is taken on paper.
const (
	TakenByOwner      = "owner"      // the owner, or who brought the dossier
	TakenByAuthorised = "authorised" // somebody with a paper of theirs
)

// Handover is how a result leaves.
type Handover struct {
	Receiver   string // who took it; on paper
	Electronic bool   // the owner got the file
	By         string // TakenByOwner or TakenByAuthorised; empty: nobody has said, the name alone is kept
	// Of an authorised person: the number of the identity card, and the paper that gives the right.
	Number, Paper string
	Date          string // of the paper, YYYY-MM-DD
}

// proof is what is kept of who took a result.
type proof struct {
	Name   string `json:"name"`
	Number string `json:"number,omitempty"`
	Paper  string `json:"paper,omitempty"`
	Date   string `json:"date,omitempty"`
}

// Collected is who took a result on paper, and by what right.
type Collected struct {
	By, Name, Number, Paper, Date string
	At                            db.Time
}

func (h Handover) check(today string) (Handover, error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	h.Receiver = text.Line(h.Receiver)
	if h.Electronic {
		h.By, h.Number, h.Paper, h.Date = "", "", "", ""
		return h, nil
	}
	switch n := utf8.RuneCountInString(h.Receiver); {
	case n == 0:
		add("receiver", "form.required", nil)
	case n > maxPartyName:
		add("receiver", "form.too_long", map[string]any{"max": maxPartyName, "over": n - maxPartyName})
	}
	switch h.By {
	case "", TakenByOwner:
		h.Number, h.Paper, h.Date = "", "", ""
	case TakenByAuthorised:
		h.Number, h.Paper = digits(h.Number), text.Line(h.Paper)
		if !numeric(h.Number, 12, 12) {
			add("receiver_number", "form.person_number", nil)
		}
		switch n := utf8.RuneCountInString(h.Paper); {
		case n == 0:
			add("receiver_paper", "form.required", nil)
		case n > maxLine:
			add("receiver_paper", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
		}
		switch day, err := calendar.ParseDate(h.Date); {
		case h.Date == "":
			add("receiver_date", "form.required", nil)
		case err != nil:
			add("receiver_date", "form.not_a_date", nil)
		case day.String() > today:
			add("receiver_date", "dossiers.evidence_future", nil)
		}
	default:
		add("taken_by", "form.choose", nil)
	}
	return h, errs.BadInput(found)
}

// taken keeps who took the result of a locked dossier. Who is said to be the owner has the
// name of the owner or of who brought it; anybody else shows a paper.
func (s *Service) taken(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, h Handover) error {
	if err := s.store.SetReceiver(ctx, tx, d.ID, h.Receiver); err != nil || h.By == "" {
		return err
	}
	if h.By == TakenByOwner {
		p, err := s.store.Personal(ctx, tx, access.All(), d.ID)
		if err != nil {
			return err
		}
		var submitter Party
		if p.Submitter != "" {
			if err := json.Unmarshal([]byte(p.Submitter), &submitter); err != nil {
				return err
			}
		}
		if name := text.Fold(h.Receiver); name != text.Fold(d.OwnerName) && name != text.Fold(submitter.Name) {
			return errs.BadInput([]errs.Field{{Name: "receiver", Code: "dossiers.receiver_other"}})
		}
	}
	kept, err := json.Marshal(proof{h.Receiver, h.Number, h.Paper, h.Date})
	if err != nil {
		return err
	}
	return s.store.AddHandover(ctx, tx, store.Handover{ID: newid.New(), Dossier: d.ID, By: h.By, Proof: string(kept), GivenBy: actor.Account})
}

// lastTaken is who took the newest result on paper; nil where nobody has said.
func (s *Service) lastTaken(ctx context.Context, q db.Querier, id dossiers.ID) (*Collected, error) {
	all, err := s.store.Handovers(ctx, q, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	last := all[len(all)-1]
	var p proof
	if err := json.Unmarshal([]byte(last.Proof), &p); err != nil {
		return nil, err
	}
	return &Collected{By: last.By, Name: p.Name, Number: p.Number, Paper: p.Paper, Date: p.Date, At: last.At}, nil
}
