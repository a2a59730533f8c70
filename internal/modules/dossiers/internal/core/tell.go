// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Messenger sends short messages: kernel/notify. Nil sends none.
type Messenger interface {
	SMS(ctx context.Context, tx *db.Tx, about, phone, words string) error
}

// What people are told. The number of the dossier is the only thing about it:
// a phone lies on tables.
const (
	tellAccepted = "accepted"
	tellIssued   = "issued"
	tellRefused  = "refused"
	tellAsked    = "asked"
	tellProgress = "progress"
)

// tell writes to the one who sent the dossier, or to whom it is about. Short
// messages are in Vietnamese without marks.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d store.Dossier, what string) error {
	if s.Messages == nil {
		return nil
	}
	personal, err := s.store.Personal(ctx, tx, access.All(), d.ID)
	if err != nil {
		return err
	}
	phone := ""
	for _, text := range []string{personal.Submitter, personal.Owner} {
		var p Party
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return err
		}
		if phone == "" {
			phone = p.Phone
		}
	}
	return s.Messages.SMS(ctx, tx, string(d.ID), phone, s.words(what, d))
}

func (s *Service) words(what string, d store.Dossier) string {
	where := " Tra cứu: " + s.Address + "/tra-cuu"
	switch what {
	case tellAccepted:
		text := "Hồ sơ " + d.Code + " đã được tiếp nhận"
		if !d.Due.IsZero() {
			text += ", hẹn trả " + (i18n.Printer{}).Date(d.Due.Time)
		}
		return text + "." + where
	case tellIssued:
		return "Hồ sơ " + d.Code + " đã có kết quả. Mời Ông/Bà nhận tại Bộ phận Một cửa hoặc xem trên trang dịch vụ công." + where
	case tellRefused:
		return "Hồ sơ " + d.Reference + " chưa được tiếp nhận. Mời Ông/Bà xem lý do trên trang dịch vụ công." + where
	case tellProgress:
		return "Hồ sơ " + codeOr(d) + " đã qua thêm một bước xử lý." + where
	case tellAsked:
		return "Hồ sơ " + codeOr(d) + " cần bổ sung giấy tờ. Mời Ông/Bà xem nội dung trên trang dịch vụ công hoặc đến Bộ phận Một cửa." + where
	}
	return ""
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
	return workflow.Result{}, s.tell(ctx, tx, d, tellProgress)
}

// codeOr is the code, or the reference while there is none.
func codeOr(d store.Dossier) string {
	if d.Code != "" {
		return d.Code
	}
	return d.Reference
}
