// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Messenger tells people: kernel/notify. Nil tells nobody.
type Messenger interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// tell tells the one who sent the dossier, or whom it is about: by their own
// account where they have one, and on the number they gave. Key is what makes it
// the same notice when told again.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d store.Dossier, event, key string) error {
	if s.Messages == nil {
		return nil
	}
	personal, err := s.store.Personal(ctx, tx, access.All(), d.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Event: event, About: string(d.ID), Key: string(d.ID) + key, Link: "/ho-so/" + string(d.ID), Unit: string(d.Received), Words: s.words(d)}
	told := false
	for _, one := range []struct{ person, text string }{{d.SubmitterID, personal.Submitter}, {d.OwnerID, personal.Owner}} {
		var p Party
		if _, dead, err := s.died(ctx, tx, one.person); err != nil {
			return err
		} else if dead {
			continue
		}
		told = true
		if one.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(one.text), &p); err != nil {
			return err
		}
		if n.To.Phone == "" {
			n.To.Phone, n.To.Mail = p.Phone, p.Email
		}
	}
	if !told {
		return nil // nobody is left who could read it
	}
	accounts, err := s.Directory.ListAccounts(ctx, tx, d.SubmitterID)
	if err != nil {
		return err
	}
	if _, dead, err := s.died(ctx, tx, d.SubmitterID); err != nil {
		return err
	} else if dead {
		accounts = nil
	}
	if len(accounts) > 0 {
		n.To.Account = accounts[0]
		if slices.Contains(accounts, d.FiledBy) {
			n.To.Account = d.FiledBy
		}
	}
	return s.Messages.Tell(ctx, tx, n)
}

// words are what the texts about a dossier may name. Of these only the owner is personal.
func (s *Service) words(d store.Dossier) map[string]i18n.Text {
	all := map[string]i18n.Text{
		"code": notify.Plain(codeOr(d)), "procedure": d.Name, "link": notify.Plain(s.Address + "/tra-cuu"), "owner": notify.Plain(d.OwnerName),
	}
	if !d.Due.IsZero() {
		day := (i18n.Printer{}).Date(d.Due.Time)
		all["promise"] = i18n.Text{VI: ", hẹn trả " + day, EN: ", due " + day}
	}
	return all
}

// TaskTell is the service task of a drawing that tells people how far their
// dossier is.
const TaskTell = "dossiers.tell"

// TellProgress does TaskTell. It holds the case, so that it only reads the dossier.
func (s *Service) TellProgress(ctx context.Context, tx *db.Tx, c workflow.Call) (workflow.Result, error) {
	d, err := s.store.Get(ctx, tx, access.All(), store.Involved(), dossiers.ID(c.Subject.ID))
	if err != nil {
		return workflow.Result{}, err
	}
	if s.MayTell != nil { // the law asks for no such message: only who wants it gets it
		agreed, err := s.MayTell(ctx, tx, d.SubmitterID)
		if err != nil || !agreed {
			return workflow.Result{}, err
		}
	}
	return workflow.Result{}, s.tell(ctx, tx, d, dossiers.NoticeProgress, "/"+c.Key)
}

// codeOr is the code, or the reference while there is none.
func codeOr(d store.Dossier) string {
	if d.Code != "" {
		return d.Code
	}
	return d.Reference
}
