// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// How far a link goes.
const (
	MaxShareDays = 90
	MaxOpens     = 100
	maxShares    = 20 // of one paper that work at the same time
	maxLooks     = 200
)

// Sharing is what an owner says of a link.
type Sharing struct {
	Purpose string
	Days    int // until the end of that many days from now
	Opens   int // how often the file may be opened; 0: as often as one likes
}

// Share is a link as its owner sees it.
type Share struct {
	ID        string
	Purpose   string
	Until     db.Time
	Most      int
	Opened    int
	At        db.Time
	Withdrawn db.Time
	Works     bool
	Looks     []store.Look // the newest first
}

// Shared is what the owner gets of a new link, once: only its hash is kept.
type Shared struct {
	ID, Token, Address string
	Until              db.Time
}

// SharePath is where links lead, before what stands in them.
const SharePath = "/chia-se/"

func hashOf(token string) string {
	sum := sha256.Sum256([]byte("holdings share\x00" + token))
	return hex.EncodeToString(sum[:])
}

// ShareOwn makes a link by which whoever has it sees a paper of the actor.
func (s *Service) ShareOwn(ctx context.Context, actor identity.Actor, paper string, in Sharing) (made Shared, err error) {
	defer errs.Wrap(&err, "share paper %s", paper)

	if _, err := s.own(ctx, s.DB, actor, access.Send); err != nil {
		return made, err
	}
	var a asked
	in.Purpose = a.line("purpose", in.Purpose, MaxLine, true)
	if in.Days < 1 || in.Days > MaxShareDays {
		a.fields = append(a.fields, errs.Field{Name: "days", Code: "holdings.days", Args: map[string]any{"max": MaxShareDays}})
	}
	if in.Opens < 0 || in.Opens > MaxOpens {
		a.fields = append(a.fields, errs.Field{Name: "opens", Code: "holdings.opens", Args: map[string]any{"max": MaxOpens}})
	}
	if err := a.err(); err != nil {
		return made, err
	}
	token := rand.Text() // 130 bits
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := s.own(ctx, tx, actor, access.Send)
		if err != nil {
			return err
		}
		p, err := s.store.Lock(ctx, tx, scope, store.Owned(), paper)
		if err != nil {
			return err
		}
		if why := s.why(p, tx.Now); why != nil {
			return why
		}
		n, err := s.store.CountShares(ctx, tx, paper, tx.Now)
		if err != nil {
			return err
		}
		if n >= maxShares {
			return holdings.ErrTooMany.With("max", maxShares)
		}
		v := store.Share{
			ID: id.New(), Paper: paper, Owner: p.Owner, Hash: hashOf(token), Purpose: in.Purpose, Until: db.At(tx.Now.Add(time.Duration(in.Days) * 24 * time.Hour)),
			Most: in.Opens, By: actor.Account,
		}
		made = Shared{ID: v.ID, Token: token, Address: s.Address + SharePath + token, Until: v.Until}
		if err := s.store.AddShare(ctx, tx, v); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditShared, paper, p.Owner, "")
	})
	if err != nil {
		return Shared{}, err
	}
	return made, nil
}

// WithdrawShare ends a link at once. Withdrawn twice it is withdrawn.
func (s *Service) WithdrawShare(ctx context.Context, actor identity.Actor, paper, share string) (err error) {
	defer errs.Wrap(&err, "withdraw link %s", share)

	if _, err := access.Require(actor, holdings.PermOwn); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := s.own(ctx, tx, actor, access.Send)
		if err != nil {
			return err
		}
		p, err := s.store.Lock(ctx, tx, scope, store.Owned(), paper)
		if err != nil {
			return err
		}
		done, err := s.store.WithdrawShare(ctx, tx, paper, share)
		if err != nil || !done {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditWithdrawn, paper, p.Owner, "")
	})
}

func (s *Service) sharesOf(ctx context.Context, p store.Paper) (all []Share, err error) {
	rows, err := s.store.SharesOf(ctx, s.DB, p.ID, maxShown)
	if err != nil {
		return nil, err
	}
	now := s.DB.Now()
	for _, r := range rows {
		v := Share{ID: r.ID, Purpose: r.Purpose, Until: r.Until, Most: r.Most, Opened: r.Opened, At: r.At, Withdrawn: r.Withdrawn, Works: works(r, now) && s.why(p, now) == nil}
		if v.Looks, err = s.store.Looks(ctx, s.DB, r.ID, maxLooks); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// works reports whether a link opens anything at a moment.
func works(v store.Share, now db.Time) bool {
	return v.Withdrawn.IsZero() && v.Until.After(now.Time) && (v.Most == 0 || v.Opened < v.Most)
}

// Visit is what whoever has a link is shown before the file: personal data, as
// far as its owner has decided to show it.
type Visit struct {
	Paper
	Owner   string // name
	Purpose string
	Ends    db.Time
	Left    int // how often the file can be opened yet; -1: as often as one likes
}

// VisitShare shows what a link leads to. Every look is noted for the owner. One
// answer is given to a link that never was and to one that ended.
func (s *Service) VisitShare(ctx context.Context, token, address string) (v Visit, err error) {
	defer errs.Wrap(&err, "visit a link")

	_, p, share, err := s.visit(ctx, token, address, "page")
	if err != nil {
		return v, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return v, err
	}
	if v.Paper, err = s.shown(ctx, s.DB, types, p); err != nil {
		return v, err
	}
	owner, err := s.People.GetPerson(ctx, s.DB, p.Owner)
	if err != nil {
		return v, err
	}
	v.Owner, v.Purpose, v.Ends, v.Left = owner.Name, share.Purpose, share.Until, -1
	if share.Most > 0 {
		v.Left = share.Most - share.Opened
	}
	return v, nil
}

// OpenShare opens the file that a link leads to, and counts it. The caller closes it.
func (s *Service) OpenShare(ctx context.Context, token, address string) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open what a link leads to")

	file, p, _, err := s.visit(ctx, token, address, "file")
	if err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(p.ID), file)
}

// visit notes a look through a link, before anything of it is shown.
func (s *Service) visit(ctx context.Context, token, address, what string) (file files.ID, p store.Paper, share store.Share, err error) {
	refused := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		refused = false
		v, err := s.store.FindShare(ctx, tx, hashOf(token))
		if err != nil {
			return err
		}
		row, err := s.store.Lock(ctx, tx, access.All(), store.Owned(), v.Paper)
		if err != nil {
			return err
		}
		look := store.Look{Share: v.ID, What: what, Address: address}
		if refused = !works(v, tx.Now) || s.why(row, tx.Now) != nil; refused {
			look.What = "refused"
			return s.store.AddLook(ctx, tx, look)
		}
		if what == "file" {
			if err := s.store.CountOpened(ctx, tx, v.ID); err != nil {
				return err
			}
		}
		if err := s.store.AddLook(ctx, tx, look); err != nil {
			return err
		}
		file, p, share = files.ID(row.File), row, v
		return audit.RecordReadOf(ctx, tx, identity.Program("holdings.share"), holdings.AuditSeen, v.Paper, row.Owner, "")
	})
	if err == nil && refused {
		err = holdings.ErrNoShare
	}
	if errors.Is(err, holdings.ErrNotFound) {
		err = holdings.ErrNoShare
	}
	return file, p, share, err
}
