// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/axis"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// back marks the key of a message that takes a leg back.
const back = "/back"

// Settled is told what became of a message, in the transaction that keeps it:
// connectors.Partner.Settled. A message of an attempt that is over changes nothing.
func (s *Service) Settled(ctx context.Context, tx *db.Tx, m connectors.Sent, a connectors.Answer) (err error) {
	defer errs.Wrap(&err, "settle %s of a leg", m.Operation)

	if m.State == "waiting" { // it goes again by itself
		return nil
	}
	legID, rest, _ := strings.Cut(m.Key, "/")
	seen, found, err := s.store.FindLeg(ctx, tx, legID)
	if err != nil || !found {
		return err
	}
	b, all, err := s.hold(ctx, tx, access.All(), seen.Dossier)
	if err != nil {
		return err
	}
	l := &all[seen.Place-1]
	attempt, cancels := strings.CutSuffix("/"+rest, back)
	if strings.TrimPrefix(attempt, "/") != strconv.Itoa(l.Attempt) {
		return nil
	}
	if cancels {
		err = s.settledBack(ctx, tx, l, m, a)
	} else {
		err = s.settledSending(ctx, tx, l, m, a)
	}
	if err != nil {
		return err
	}
	if err := s.stand(ctx, tx, b, all, b.State == lifeevents.Ended); err != nil {
		return err
	}
	return s.later(ctx, tx, l.Dossier) // the next may begin, or has to be taken back
}

func (s *Service) settledSending(ctx context.Context, tx *db.Tx, l *store.Leg, m connectors.Sent, a connectors.Answer) error {
	if m.State == "sent" {
		switch {
		case l.State == lifeevents.Cancelling: // the word that takes it back stands behind it
			l.Reference = a.Reference
			return s.put(ctx, tx, l, lifeevents.Cancelling)
		case l.State != lifeevents.Sending && l.State != lifeevents.Stuck:
			return nil
		}
		l.Reference, l.Why, l.Words, l.Message = a.Reference, "", "", ""
		if err := s.put(ctx, tx, l, lifeevents.Filed); err != nil {
			return err
		}
		if err := s.moved(ctx, tx, program(), *l, didFile, "", lifeevents.AuditAnswered); err != nil {
			return err
		}
		return s.askAt(ctx, tx, *l, firstAsk)
	}
	l.Message = m.ID
	if l.State == lifeevents.Cancelling { // it never arrived: nothing is to be taken back
		if _, err := s.Hub.Discard(ctx, tx, m.ID, "taken back"); err != nil {
			return err
		}
		l.Message = ""
		return s.put(ctx, tx, l, lifeevents.Cancelling)
	}
	why := lifeevents.Silent
	if a.Outcome == connectors.Refused {
		why = lifeevents.Refused
	}
	return s.stick(ctx, tx, l, why, axis.Read(a).Message)
}

func (s *Service) settledBack(ctx context.Context, tx *db.Tx, l *store.Leg, m connectors.Sent, a connectors.Answer) error {
	if l.State != lifeevents.Cancelling { // closed: the partner was only told
		return nil
	}
	notThere := axis.Read(a).Code == axis.NotFound
	if m.State == "sent" || notThere {
		if notThere && m.State == "dead" {
			if _, err := s.Hub.Discard(ctx, tx, m.ID, "not there"); err != nil {
				return err
			}
		}
		if err := s.put(ctx, tx, l, lifeevents.Cancelled); err != nil {
			return err
		}
		return s.moved(ctx, tx, program(), *l, didCancel, "", lifeevents.AuditTakenBack)
	}
	l.Message = m.ID
	return s.stick(ctx, tx, l, lifeevents.NotBack, axis.Read(a).Message)
}

// stick leaves a leg with a person, with the words of the partner.
func (s *Service) stick(ctx context.Context, tx *db.Tx, l *store.Leg, why lifeevents.Why, words string) error {
	l.Why, l.Words = why, words
	if err := s.put(ctx, tx, l, lifeevents.Stuck); err != nil {
		return err
	}
	return s.moved(ctx, tx, program(), *l, didStick, string(why), lifeevents.AuditStuck)
}

// question is the body of JobAsk: an answer to an older question changes nothing.
type question struct {
	Leg     string `json:"leg"`
	Attempt int    `json:"attempt"`
	Asked   int    `json:"asked"`
}

func (s *Service) askAt(ctx context.Context, tx *db.Tx, l store.Leg, in time.Duration) error {
	return jobs.EnqueueAt(ctx, tx, JobAsk, question{l.ID, l.Attempt, l.Asked}, db.At(tx.Now.Add(in)))
}

// pause is how long a partner is left alone before it is asked again.
func pause(asked int) time.Duration { return min(firstAsk<<min(asked, 20), mostAsk) }

// progress is what a partner says of a leg.
type progress struct {
	Status string            `json:"TrangThai"`
	Words  string            `json:"LyDo"`
	Given  map[string]string `json:"KetQua"`
}

// Ask does JobAsk: a partner is asked how far a leg is, until it has an answer. That
// the partner is down, or somebody has paused it, only puts the question off.
func (s *Service) Ask(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "ask a partner about a leg")

	var q question
	if err := json.Unmarshal(body, &q); err != nil {
		return err
	}
	l, found, err := s.store.FindLeg(ctx, s.DB, q.Leg)
	if err != nil || !found || !q.about(l) {
		return err
	}
	b, err := s.store.Get(ctx, s.DB, access.All(), l.Dossier)
	if err != nil {
		return err
	}
	def, known := b.Definition.Leg(l.Leg)
	if !known {
		return nil
	}
	said, err := json.Marshal(map[string]string{"maHoSo": l.Reference})
	if err != nil {
		return err
	}
	a, failed := s.Hub.Ask(ctx, connectors.Question{Partner: def.Partner, Operation: ServiceAsk, Dossier: l.Dossier, Purpose: "linked", Body: said})
	if failed != nil && errs.KindOf(failed) != errs.Unavailable {
		return failed
	}
	var p progress
	if failed == nil && a.Outcome == connectors.OK {
		_ = json.Unmarshal(axis.Read(a).Data, &p) // nonsense says nothing: it is asked again
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, all, err := s.hold(ctx, tx, access.All(), l.Dossier)
		if err != nil {
			return err
		}
		l := &all[l.Place-1]
		if !q.about(*l) {
			return nil
		}
		l.Asked++
		switch p.Status {
		case saysDone:
			err = s.answered(ctx, tx, l, def, p.Given)
		case saysMore:
			err = s.stick(ctx, tx, l, lifeevents.More, p.Words)
		case saysWrong:
			err = s.stick(ctx, tx, l, lifeevents.Rejected, p.Words)
		default:
			in := laterAsk
			if p.Status == saysTaken || p.Status == saysFits {
				in = pause(l.Asked)
			}
			if err := s.store.SetAsked(ctx, tx, *l); err != nil {
				return err
			}
			return s.askAt(ctx, tx, *l, in)
		}
		if err != nil {
			return err
		}
		if err := s.stand(ctx, tx, b, all, false); err != nil {
			return err
		}
		return s.later(ctx, tx, l.Dossier)
	})
}

func (q question) about(l store.Leg) bool {
	return l.State == lifeevents.Filed && l.Attempt == q.Attempt && l.Asked == q.Asked
}

// answered keeps what the partner gave: no more than the rules name.
func (s *Service) answered(ctx context.Context, tx *db.Tx, l *store.Leg, def lifeevents.Leg, given map[string]string) error {
	l.Given = map[string]string{}
	for _, g := range def.Gives {
		if value := given[g.Name]; value != "" {
			l.Given[g.ID] = value
		}
	}
	if err := s.put(ctx, tx, l, lifeevents.Done); err != nil {
		return err
	}
	return s.moved(ctx, tx, program(), *l, didAnswer, "", lifeevents.AuditAnswered)
}
