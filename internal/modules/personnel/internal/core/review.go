// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Every is how many months lie between the beginnings of two reviews.
const Every = 6

// usual is how many days a review that opens by itself lasts.
const usual = 30

// The verdicts about a right.
const (
	Keep       = "keep"
	Take       = "end"
	Suspended  = "suspended"
	Unanswered = "unanswered"
)

// Campaign is a review of all rights with how far it is.
type Campaign struct {
	ID, Name, Ends         string
	Suspends               bool
	By                     Who
	Opened, Closed         db.Time
	All, Open, Kept, Taken int64
}

// OpenCampaign begins a review of every right that is in force. One goes on at a time.
func (s *Service) OpenCampaign(ctx context.Context, actor identity.Actor, name, ends string, suspends bool) (campaign string, err error) {
	defer errs.Wrap(&err, "open a review")

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return "", err
	}
	var a asked
	name = a.words("name", name)
	a.day("ends", ends)
	if len(a.fields) == 0 && ends <= s.today() {
		a.add("ends", "personnel.past")
	}
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		campaign, err = s.open(ctx, tx, actor, name, ends, suspends)
		return err
	})
	return campaign, err
}

func (s *Service) open(ctx context.Context, tx *db.Tx, actor identity.Actor, name, ends string, suspends bool) (string, error) {
	last, err := store.LastCampaign(ctx, tx)
	if err != nil {
		return "", err
	}
	if len(last) > 0 && last[0].Closed.IsZero() {
		return "", personnel.ErrOpen
	}
	c := store.Campaign{ID: id.New(), Name: name, Ends: ends, Suspends: suspends, By: actor.Account, Opened: tx.Now}
	if err := store.PutCampaign(ctx, tx, c); err != nil {
		return "", err
	}
	for after := ""; ; {
		some, err := access.ListStanding(ctx, tx, tx.Now, after, 500)
		if err != nil {
			return "", err
		}
		for _, h := range some {
			if err := store.PutReview(ctx, tx, store.Review{Campaign: c.ID, Holding: h.ID, Account: h.Account, Unit: string(h.Unit)}); err != nil {
				return "", err
			}
			after = h.ID
		}
		if len(some) < 500 {
			break
		}
	}
	return c.ID, audit.Record(ctx, tx, actor, personnel.AuditCampaign, c.ID)
}

// ListCampaigns returns reviews, the newest first.
func (s *Service) ListCampaigns(ctx context.Context, actor identity.Actor, before string) (p Page[Campaign], err error) {
	defer errs.Wrap(&err, "list reviews")

	if _, err := access.RequireAny(actor, personnel.PermReview, personnel.PermAll, personnel.PermInspect); err != nil {
		return p, err
	}
	rows, err := store.Campaigns(ctx, s.DB, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(c store.Campaign) string { return c.ID })
	p.Next = part.Next
	for _, row := range part.Items {
		c, err := s.campaign(ctx, row)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, c)
	}
	return p, nil
}

func (s *Service) campaign(ctx context.Context, r store.Campaign) (c Campaign, err error) {
	c = Campaign{ID: r.ID, Name: r.Name, Ends: r.Ends, Suspends: r.Suspends, Opened: r.Opened, Closed: r.Closed, All: r.All, Open: r.Open, Kept: r.Kept, Taken: r.Taken}
	c.By, err = s.who(ctx, s.DB, r.By)
	return c, err
}

// Item is one right under review.
type Item struct {
	Post
	Who, By Who
	Verdict string
	At      db.Time
	May     bool // the actor may answer
}

// Sheet is a page of a review.
type Sheet struct {
	Campaign
	Page[Item]
}

// GetCampaign returns a review with a page of the rights in scope; open leaves
// out what is answered.
func (s *Service) GetCampaign(ctx context.Context, actor identity.Actor, campaign string, open bool, after string) (sh Sheet, err error) {
	defer errs.Wrap(&err, "read review %s", campaign)

	sc, err := scope(actor, personnel.PermReview, personnel.PermInspect, personnel.PermAll)
	if err != nil {
		return sh, err
	}
	row, err := store.GetCampaign(ctx, s.DB, campaign)
	if err != nil {
		return sh, err
	}
	if sh.Campaign, err = s.campaign(ctx, row); err != nil {
		return sh, err
	}
	sh.Page, err = s.items(ctx, actor, sc, row, open, after)
	return sh, err
}

func (s *Service) items(ctx context.Context, actor identity.Actor, sc access.Scope, c store.Campaign, open bool, after string) (p Page[Item], err error) {
	unit, holding, _ := strings.Cut(after, "|")
	rows, err := store.Reviews(ctx, s.DB, sc, c.ID, open, unit, holding, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(v store.Review) string { return v.Unit + "|" + v.Holding })
	p.Next = part.Next
	names := s.naming()
	for _, v := range part.Items {
		h, err := access.GetHolding(ctx, s.DB, v.Holding)
		if err != nil {
			return p, err
		}
		one := Item{Verdict: v.Verdict, At: v.At}
		if one.Post, err = names.post(ctx, s.DB, h); err != nil {
			return p, err
		}
		if one.Who, err = s.who(ctx, s.DB, v.Account); err != nil {
			return p, err
		}
		if one.By, err = s.who(ctx, s.DB, v.By); err != nil {
			return p, err
		}
		one.May = actor.May(personnel.PermReview) && v.Account != actor.Account && (v.Verdict == Suspended || (c.Closed.IsZero() && v.Verdict == ""))
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// Review answers for rights at once: each is kept or ended from this moment.
// Nobody answers for the own. After the end of the review what was suspended can
// still be given back or ended.
func (s *Service) Review(ctx context.Context, actor identity.Actor, campaign string, holdings []string, verdict string) (answered int, err error) {
	defer errs.Wrap(&err, "answer review %s", campaign)

	sc, err := access.Require(actor, personnel.PermReview)
	if err != nil {
		return 0, err
	}
	var a asked
	if verdict != Keep && verdict != Take {
		a.add("verdict", "form.choose")
	}
	if len(holdings) == 0 || len(holdings) > 2*PageSize {
		a.add("holding", "personnel.pick")
	}
	if err := a.err(); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n := 0
		c, err := store.GetCampaign(ctx, tx, campaign)
		if err != nil {
			return err
		}
		for _, holding := range holdings {
			v, err := store.GetReview(ctx, tx, sc, campaign, holding)
			switch {
			case err != nil:
				return err
			case v.Account == actor.Account:
				return personnel.ErrOwn
			case v.Verdict == Suspended:
			case !c.Closed.IsZero():
				return personnel.ErrOver
			case v.Verdict != "":
				continue // somebody was faster
			}
			if err := s.answer(ctx, tx, actor, v, verdict); err != nil {
				return err
			}
			n++
		}
		answered = n
		return nil
	})
	return answered, err
}

func (s *Service) answer(ctx context.Context, tx *db.Tx, actor identity.Actor, v store.Review, verdict string) error {
	err := error(nil)
	switch {
	case verdict == Take:
		if err = access.End(ctx, tx, v.Holding, tx.Now, actor.Account, ""); err == nil {
			err = s.People.EndAllSessions(ctx, tx, v.Account)
		}
	case v.Verdict == Suspended:
		if err = access.Resume(ctx, tx, v.Holding); err == nil {
			err = audit.Record(ctx, tx, actor, personnel.AuditResumed, v.Account)
		}
	}
	if err != nil && !errors.Is(err, access.ErrEnded) { // it has ended meanwhile: that is an answer too
		return err
	}
	v.Verdict, v.By, v.At = verdict, actor.Account, tx.Now
	if err := store.PutReview(ctx, tx, v); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, personnel.AuditReviewed, v.Account)
}

// CountReviews is the number beside the menu.
func (s *Service) CountReviews(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(personnel.PermReview) {
		return 0, nil
	}
	sc, err := access.Require(actor, personnel.PermReview)
	if err != nil {
		return 0, err
	}
	return store.CountOpen(ctx, s.DB, sc, actor.Account)
}

// ReportCampaign writes a review as comma-separated values (UTF-8 with its mark).
func (s *Service) ReportCampaign(ctx context.Context, actor identity.Actor, campaign string, w io.Writer) (err error) {
	defer errs.Wrap(&err, "report review %s", campaign)

	sheet, err := s.GetCampaign(ctx, actor, campaign, false, "")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	file := csv.NewWriter(w)
	if err := file.Write([]string{"unit", "login", "name", "role", "kind", "title", "since", "verdict", "by", "at"}); err != nil {
		return err
	}
	for {
		for _, i := range sheet.Items {
			at := ""
			if !i.At.IsZero() {
				at = i.At.UTC().Format(time.RFC3339)
			}
			if err := file.Write(plain(string(i.Unit), i.Who.Login, i.Who.Name, string(i.Role), string(i.Kind), i.Title.VI, orgs.Day(i.Since), i.Verdict, i.By.Login, at)); err != nil {
				return err
			}
		}
		if sheet.Next == "" {
			break
		}
		if sheet, err = s.GetCampaign(ctx, actor, campaign, false, sheet.Next); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}

// plain keeps a spreadsheet from reading a text as a formula.
func plain(values ...string) []string {
	for i, v := range values {
		if v = text.Line(v); v != "" && strings.ContainsAny(v[:1], "=+-@") {
			v = "'" + v
		}
		values[i] = v
	}
	return values
}

// reviews does what time brings to reviews: reminders, the end, the next one.
func (s *Service) reviews(ctx context.Context) error {
	last, err := store.LastCampaign(ctx, s.DB)
	if err != nil || len(last) == 0 {
		return err // the first is opened by a person
	}
	c, today := last[0], s.today()
	switch {
	case c.Closed.IsZero() && c.Ends < today:
		return s.close(ctx, c.ID)
	case c.Closed.IsZero():
		return s.remind(ctx, c)
	case orgs.Day(db.At(c.Opened.AddDate(0, Every, 0))) <= today:
		return s.DB.Write(ctx, func(tx *db.Tx) error {
			ends := orgs.Day(db.At(tx.Now.AddDate(0, 0, usual)))
			_, err := s.open(ctx, tx, identity.Program(program), "Rà soát định kỳ "+tx.Now.Format("01/2006"), ends, c.Suspends)
			if errors.Is(err, personnel.ErrOpen) {
				return nil
			}
			return err
		})
	}
	return nil
}

// remind tells leaders a week and a day before the end.
func (s *Service) remind(ctx context.Context, c store.Campaign) error {
	left := 0
	for _, days := range []int{7, 1} {
		if orgs.Day(db.At(s.DB.Now().AddDate(0, 0, days))) >= c.Ends {
			left = days
		}
	}
	if left == 0 || (c.Reminded != 0 && c.Reminded <= left) {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var told []string
		for after := ""; ; {
			units, err := store.OpenUnits(ctx, tx, c.ID, after, batch)
			if err != nil {
				return err
			}
			for _, u := range units {
				leaders, err := access.ListReach(ctx, tx, []orgs.ID{orgs.ID(u)}, []identity.Permission{personnel.PermReview}, tx.Now, access.Reacher{}, maxTold)
				if err != nil {
					return err
				}
				for _, l := range leaders {
					if !slices.Contains(told, l.Account) {
						told = append(told, l.Account)
					}
				}
				after = u
			}
			if len(units) < batch {
				break
			}
		}
		c.Reminded = left
		if err := store.PutCampaign(ctx, tx, c); err != nil {
			return err
		}
		day, _ := time.Parse(time.DateOnly, c.Ends)
		return s.tell(ctx, tx, notify.Notice{
			Event: personnel.NoticeReview, About: c.ID, Key: c.ID + "/" + strconv.Itoa(left), Link: "/quyen/ra-soat/" + c.ID, Words: map[string]i18n.Text{"day": notify.Plain(day.Format("02/01/2006"))},
		}, told...)
	})
}

// close ends a review. What nobody has answered is suspended where the review
// says so, but for rights to look after others and to look at what they do: somebody
// has to give back, and silence must not blind who watches.
func (s *Service) close(ctx context.Context, campaign string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := store.GetCampaign(ctx, tx, campaign)
		if err != nil || !c.Closed.IsZero() {
			return err
		}
		roles, err := access.ListRoles(ctx, tx)
		if err != nil {
			return err
		}
		spared := map[access.RoleID]bool{}
		for _, r := range roles {
			spared[r.ID] = slices.ContainsFunc(r.Permissions, func(p identity.Permission) bool {
				return p == personnel.PermAll || p == personnel.PermReview || p == personnel.PermInspect
			})
		}
		by := identity.Program(program)
		for {
			some, err := store.Reviews(ctx, tx, access.All(), campaign, true, "", "", 500)
			if err != nil {
				return err
			}
			for _, v := range some {
				if err := s.silent(ctx, tx, by, c.Suspends, spared, v); err != nil {
					return err
				}
			}
			if len(some) < 500 {
				break
			}
		}
		c.Closed = tx.Now
		if err := store.PutCampaign(ctx, tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, personnel.AuditClosed, campaign)
	})
}

func (s *Service) silent(ctx context.Context, tx *db.Tx, by identity.Actor, suspends bool, spared map[access.RoleID]bool, v store.Review) error {
	h, err := access.GetHolding(ctx, tx, v.Holding)
	if err != nil {
		return err
	}
	v.Verdict, v.At, v.By = Unanswered, tx.Now, by.Account
	if suspends && !spared[h.Role] && h.Standing(tx.Now) {
		if err := access.Suspend(ctx, tx, v.Holding); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, by, personnel.AuditSuspended, v.Account); err != nil {
			return err
		}
		v.Verdict = Suspended
	}
	return store.PutReview(ctx, tx, v)
}
