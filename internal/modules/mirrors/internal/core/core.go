// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core keeps what systems of ministries say of their dossiers and lets the
// ownership of a status change hands, one owner at a time.
package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Dossiers is what is needed of dossiers.
type Dossiers interface {
	dossiers.Mirrors
	dossiers.Outward
	Open(ctx context.Context, q db.Querier) (map[procedures.ID]dossiers.Open, error)
}

// Catalogue is what is needed of procedures.
type Catalogue interface {
	procedures.Finder
	procedures.Coded
}

// Ministry is an agency with a system of its own.
type Ministry struct {
	Code, ID string
	Name     i18n.Text
	Civil    bool     // it says where a dossier stands as the published civil-status service does
	Secrets  [][]byte // that sign its calls
	Address  string   // for people
	Call     func(ctx context.Context, s connectors.Saying) connectors.Answer
}

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB         *db.DB
	Hub        *connectors.Hub
	Dossiers   Dossiers
	Procedures Catalogue
	Ministries []Ministry
	Name       func(ctx context.Context, account string) string
}

// Service runs the use cases.
type Service struct{ Deps }

// New returns a service, and declares the systems to the hub.
func New(d Deps) *Service {
	s := &Service{d}
	if d.Hub == nil {
		return s
	}
	for _, m := range d.Ministries {
		s.declare(m)
	}
	return s
}

// What is said between a system of a ministry and us. The names are ours where none
// is published.
const (
	opTell     = "TinHoSo"         // it says where a dossier stands
	opHandOver = "BanGiaoHoSo"     // we give it one of ours
	opGiveBack = "TraHoSo"         // it gives back one that was ours
	opList     = "traDanhSachHoSo" // what it knows of a period
)

func (s *Service) declare(m Ministry) {
	title := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	s.Hub.Declare(connectors.Partner{
		ID: m.ID, Title: m.Name, Address: m.Address, Secrets: m.Secrets,
		Operations: []connectors.Operation{
			{Name: opTell, Title: title("Tin về hồ sơ", "News of a dossier")},
			{Name: opHandOver, Title: title("Bàn giao hồ sơ", "A dossier is handed over")},
			{Name: opGiveBack, Title: title("Nhận lại hồ sơ", "A dossier comes back")},
			{Name: opList, Title: title("Tra danh sách hồ sơ", "List of dossiers")},
		},
		Call: m.Call, Read: s.read, Settled: s.settled(m),
		Heard: func(ctx context.Context, actor identity.Actor, _ connectors.News, body []byte) (connectors.Reply, error) {
			return s.heard(ctx, actor, m, body)
		},
		Compare: func(ctx context.Context, from, to db.Time) (ours, theirs []connectors.Entry, err error) {
			return s.compare(ctx, m, from, to)
		},
	})
}

// ministry returns the system of an agency; false where none is connected.
func (s *Service) ministry(code string) (Ministry, bool) {
	i := slices.IndexFunc(s.Ministries, func(m Ministry) bool { return m.Code == code })
	if i < 0 {
		return Ministry{}, false
	}
	return s.Ministries[i], true
}

func (m Ministry) keeper() dossiers.Host {
	return dossiers.Host{Code: m.Code, Name: m.Name.VI, NameEN: m.Name.EN}
}

// settled follows what became of a message: the code that a system has given to a
// dossier, and the moment at which it lets one go.
func (s *Service) settled(m Ministry) func(ctx context.Context, tx *db.Tx, sent connectors.Sent, a connectors.Answer) error {
	return func(ctx context.Context, tx *db.Tx, sent connectors.Sent, a connectors.Answer) error {
		if a.Outcome != connectors.OK {
			return nil
		}
		id := dossiers.ID(sent.Dossier)
		switch sent.Operation {
		case opHandOver:
			return s.Dossiers.Named(ctx, tx, id, m.Code, a.Reference)
		case opGiveBack:
			return s.takenBack(ctx, tx, m, id)
		}
		return nil
	}
}
