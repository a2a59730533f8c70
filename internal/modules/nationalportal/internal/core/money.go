// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobMoney tells the portal that something is to be paid for a dossier, or was.
const JobMoney jobs.Kind = "nationalportal.money"

// FollowMoney does JobMoney: the dossier is said once more, with what is to be paid.
// Where it stands is asked when it is said, so that late events say nothing old.
func (s *Service) FollowMoney(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "tell the portal of money")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil || !s.On() {
		return err
	}
	var m payments.Moved
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		known, err := store.Lock(ctx, tx, string(m.Dossier))
		if err != nil || known.Status == 0 { // it was told nothing yet: what is to be paid comes with the first word
			return err
		}
		r, err := s.Out.RecordOf(ctx, tx, m.Dossier)
		if err != nil {
			return err
		}
		code := known.Code
		if code == "" {
			code = r.Code
		}
		return s.sync(ctx, tx, r, code, dossiers.Status(known.Status), true, "money/"+e.ID)
	})
}

// Paid is a fee that somebody has paid on the portal.
type Paid struct {
	MaHoSo     string // by which the portal knows the dossier
	MaPhiLePhi string // of the order, as the portal was told it
	MaGiaoDich string // of the payment there
	SoTien     int64
	ThoiGianGD string // yyyyMMddHHmmss
}

// Settlement is what became of it.
type Settlement struct {
	Code    string `json:"MaPhiLePhi"`
	Outcome string `json:"KetQua"`
}

// TakePaid takes the notice of a payment on the portal. The same again gets the same
// answer; what does not fit its order is kept for a person to settle.
func (s *Service) TakePaid(ctx context.Context, actor identity.Actor, in Paid) (done Settlement, err error) {
	defer errs.Wrap(&err, "take a payment of the portal")

	if _, err := access.Require(actor, nationalportal.PermBring); err != nil {
		return done, err
	}
	var wrong []errs.Field
	for name, value := range map[string]string{"MaHoSo": in.MaHoSo, "MaPhiLePhi": in.MaPhiLePhi, "MaGiaoDich": in.MaGiaoDich} {
		if !plain(strings.TrimSpace(value)) {
			wrong = append(wrong, errs.Field{Name: name, Code: "nationalportal.code"})
		}
	}
	if in.SoTien <= 0 {
		wrong = append(wrong, errs.Field{Name: "SoTien", Code: "payments.bad_amount"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return done, err
	}
	dossier, err := s.known(ctx, in.MaHoSo)
	if err != nil {
		return done, err
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return done, err
	}
	reply, _, err := s.Hub.Receive(ctx, actor, connectors.Inbound{Partner: nationalportal.Partner, Operation: opMoney, Key: opMoney + "/" + in.MaGiaoDich, Purpose: "payment", Body: raw},
		func(ctx context.Context) (connectors.Reply, error) {
			out, err := s.Money.TakeOutside(ctx, actor, payments.Outside{Source: nationalportal.Partner, ID: in.MaGiaoDich, Order: in.MaPhiLePhi, Dossier: dossier, Amount: in.SoTien})
			if err != nil {
				return connectors.Reply{}, err
			}
			if err := s.DB.Write(ctx, func(tx *db.Tx) error {
				return audit.Record(ctx, tx, actor, nationalportal.AuditPaid, string(dossier)+" "+strconv.FormatInt(in.SoTien, 10))
			}); err != nil {
				return connectors.Reply{}, err
			}
			body, err := json.Marshal(Settlement{in.MaPhiLePhi, out})
			return connectors.Reply{Status: 200, Dossier: string(dossier), Reference: in.MaPhiLePhi, Body: body}, err
		})
	if err != nil {
		return done, err
	}
	return done, json.Unmarshal(reply.Body, &done)
}
