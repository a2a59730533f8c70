// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// How often the post is asked about a parcel, and for how long.
const (
	trackEvery = 2 * time.Hour
	trackFor   = 60 * 24 * time.Hour
)

// What is said to the post. No specification is published: the fields are those a
// waybill needs, and this file is the one place to change.
type (
	party struct {
		Name    string `json:"ho_ten"`
		Phone   string `json:"dien_thoai"`
		Address string `json:"dia_chi"`
	}
	sending struct {
		Reference string `json:"ma_tham_chieu"` // the same again is the same parcel
		From      string `json:"don_vi_gui"`
		To        party  `json:"nguoi_nhan"`
		Content   string `json:"noi_dung"`
	}
	sent struct {
		Waybill string `json:"ma_van_don"`
		Fee     *int64 `json:"cuoc"`
	}
	tracking struct {
		Waybill string `json:"ma_van_don"`
	}
	tracked struct {
		Waybill string       `json:"ma_van_don"`
		State   string       `json:"trang_thai"`
		Taker   string       `json:"nguoi_nhan"`
		Events  []postalStep `json:"su_kien"`
	}
	postalStep struct {
		ID    string `json:"id"`
		Kind  string `json:"loai"`
		Place string `json:"buu_cuc"`
		Note  string `json:"ghi_chu"`
		At    string `json:"luc"` // yyyyMMddHHmmss, in Vietnam
	}
)

// states are the words of the post for where a parcel is.
func states() map[string]post.State {
	return map[string]post.State{"dang-chuyen": post.Carried, "da-phat": post.Delivered, "chuyen-hoan": post.Returned, "that-lac": post.Lost}
}

// call says one thing to the post.
func (s *Service) call(ctx context.Context, said connectors.Saying) connectors.Answer {
	raw, err := s.client.Ask(ctx, fetch.Question{URL: s.Settings.URL + "/" + said.Operation, Body: said.Body, Type: "application/json", Header: map[string]string{"Authorization": "Bearer " + s.Settings.Token}})
	switch {
	case errors.Is(err, fetch.ErrSilent):
		return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
	case errors.Is(err, fetch.ErrAddress):
		return connectors.Answer{Outcome: connectors.Failed, Error: "address"}
	case err != nil:
		return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
	}
	var a struct {
		Error   string `json:"loi"`
		Waybill string `json:"ma_van_don"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return connectors.Answer{Outcome: connectors.Failed, Error: "answer"}
	}
	if a.Error != "" {
		return connectors.Answer{Outcome: connectors.Refused, Error: text.Line(a.Error), Body: raw}
	}
	return connectors.Answer{Outcome: connectors.OK, Reference: a.Waybill, Body: raw}
}

// errNoAnswer lets a job be tried again.
var errNoAnswer = errors.New("the post has not answered")

// Send does JobSend: the post gives a parcel its waybill. The parcel is known to it by
// our id, so that asking twice makes one.
func (s *Service) Send(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "ask for a waybill")

	of, err := subjectOf(body)
	if err != nil {
		return err
	}
	parcel := of.Parcel
	p, err := s.store.GetParcel(ctx, s.DB, access.All(), parcel)
	if err != nil || p.State != post.Packed || p.Waybill != "" || !s.On() {
		return err
	}
	a, err := s.ask(ctx, opSend, p.Dossier, sending{Reference: p.ID, From: p.Unit, To: party(p.To), Content: "Kết quả giải quyết hồ sơ " + p.Code})
	if err != nil {
		return err
	}
	var got sent
	if a.Outcome == connectors.OK {
		if err := json.Unmarshal(a.Body, &got); err != nil || got.Waybill == "" || len(got.Waybill) > 40 {
			a = connectors.Answer{Outcome: connectors.Failed, Error: "answer"}
		}
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.GetParcel(ctx, tx, access.All(), parcel)
		if err != nil || p.State != post.Packed || p.Waybill != "" {
			return err
		}
		p.Waybill, p.Fee, p.Problem = got.Waybill, got.Fee, a.Error
		return s.store.PutParcel(ctx, tx, p)
	}); err != nil || a.Outcome == connectors.OK || a.Outcome == connectors.Refused { // refused: a person mends it
		return err
	}
	return errNoAnswer
}

func (s *Service) ask(ctx context.Context, operation, dossier string, said any) (connectors.Answer, error) {
	raw, err := json.Marshal(said)
	if err != nil {
		return connectors.Answer{}, err
	}
	return s.Hub.Ask(ctx, connectors.Question{Partner: post.Partner, Operation: operation, Dossier: dossier, Purpose: "post", Body: raw})
}

// Track does JobTrack: it asks where a parcel is, and asks again later while it is
// under way. That the post does not answer changes nothing. A job that was done, and of
// which nobody has written that it was, finds its turn over: a parcel is never followed twice.
func (s *Service) Track(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "track parcel")

	of, err := subjectOf(body)
	if err != nil {
		return err
	}
	if now, err := s.store.TurnOf(ctx, s.DB, of.Parcel); err != nil || now != of.Turn {
		return gone(err)
	}
	open, err := s.look(ctx, of.Parcel)
	if err != nil && !errors.Is(err, connectors.ErrDown) && !errors.Is(err, connectors.ErrPaused) && !errors.Is(err, errNoAnswer) {
		return err
	}
	if !open {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		mine, err := s.store.Turn(ctx, tx, of.Parcel, of.Turn)
		if err != nil || !mine {
			return err
		}
		return jobs.EnqueueAt(ctx, tx, JobTrack, subject{of.Parcel, of.Turn + 1}, db.At(tx.Now.Add(trackEvery)))
	})
}

// gone is no mistake: a parcel may be forgotten while a job still asks for it.
func gone(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

// AskNow asks the post where a parcel is, for who does not want to wait.
func (s *Service) AskNow(ctx context.Context, actor identity.Actor, parcel string) (err error) {
	defer errs.Wrap(&err, "ask for parcel %s", parcel)

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return err
	}
	p, err := s.store.GetParcel(ctx, s.DB, sc, parcel)
	switch {
	case err != nil:
		return err
	case !s.On():
		return post.ErrState
	case p.State == post.Packed && p.Waybill == "":
		raw, err := json.Marshal(subject{Parcel: parcel})
		if err != nil {
			return err
		}
		err = s.Send(ctx, raw)
		if errors.Is(err, errNoAnswer) {
			err = connectors.ErrDown
		}
		return err
	}
	_, err = s.look(ctx, parcel)
	if errors.Is(err, errNoAnswer) {
		err = connectors.ErrDown
	}
	return err
}

// underWay reports whether the post has more to say of a parcel.
func underWay(p Parcel) bool {
	return slices.Contains([]post.State{post.Handed, post.Carried, post.Returned, post.Lost}, p.State)
}

// look asks where a parcel is and writes down what is new; open: there will be more.
func (s *Service) look(ctx context.Context, parcel string) (open bool, err error) {
	p, err := s.store.GetParcel(ctx, s.DB, access.All(), parcel)
	if err != nil || !underWay(p) || p.Waybill == "" || !s.On() {
		return false, err
	}
	open = s.DB.Now().Sub(p.HandedAt.Time) < trackFor
	a, err := s.ask(ctx, opTrack, p.Dossier, tracking{p.Waybill})
	if err != nil {
		return open, err
	}
	var got tracked
	if a.Outcome != connectors.OK || json.Unmarshal(a.Body, &got) != nil || got.Waybill != p.Waybill {
		return open, errNoAnswer
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error { return s.told(ctx, tx, parcel, got) })
	return open, err
}

// told writes down what the post says of a parcel. It may be old, or come twice.
func (s *Service) told(ctx context.Context, tx *db.Tx, parcel string, got tracked) error {
	p, err := s.store.GetParcel(ctx, tx, access.All(), parcel)
	if err != nil {
		return err
	}
	for _, e := range got.Events[:min(len(got.Events), PageSize)] {
		at, err := time.ParseInLocation("20060102150405", e.At, zoned(tx.Now.Time).Location())
		if err != nil || e.ID == "" {
			continue
		}
		if _, err := s.store.AddEvent(ctx, tx, store.Event{ID: id.New(), Parcel: parcel, TheirID: short(e.ID), Kind: short(e.Kind), Place: short(e.Place), Note: short(e.Note), At: db.At(at)}); err != nil {
			return err
		}
	}
	p.AskedAt = tx.Now
	to, known := states()[got.State]
	if !known || !underWay(p) || to == p.State || !p.State.MayBecome(to) {
		return s.store.PutParcel(ctx, tx, p)
	}
	p.State = to
	if to == post.Delivered {
		p.Receiver, p.EndedAt = short(got.Taker), tx.Now
		if p.Receiver == "" {
			p.Receiver = p.To.Name
		}
		if err := s.Dossiers.Arrived(ctx, tx, program(), dossiers.ID(p.Dossier), p.Receiver); err != nil {
			return err
		}
	}
	if err := s.store.PutParcel(ctx, tx, p); err != nil {
		return err
	}
	return audit.Record(ctx, tx, program(), post.AuditTold, parcel+" "+string(to))
}

func short(s string) string {
	r := []rune(text.Line(s))
	return string(r[:min(len(r), 200)])
}

// Delivered says by hand that somebody has signed for a parcel, as the paper says that
// the postman has brought: where the post is not asked, or does not know.
func (s *Service) Delivered(ctx context.Context, actor identity.Actor, parcel, receiver string) (err error) {
	defer errs.Wrap(&err, "parcel %s was delivered", parcel)

	receiver = short(receiver)
	if receiver == "" {
		return errs.BadInput([]errs.Field{{Name: "receiver", Code: "form.required"}})
	}
	return s.change(ctx, actor, parcel, post.AuditTold, func(tx *db.Tx, p *Parcel) error {
		if !p.State.MayBecome(post.Delivered) {
			return post.ErrState
		}
		p.State, p.Receiver, p.EndedAt = post.Delivered, receiver, tx.Now
		return s.Dossiers.Arrived(ctx, tx, actor, dossiers.ID(p.Dossier), receiver)
	})
}
