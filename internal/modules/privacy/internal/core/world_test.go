// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// shelf is a holder with one thing for each person.
type shelf struct {
	kept    []privacy.Kept
	erased  []string
	records int
	fails   error
	during  func() // while it hands over
}

func (*shelf) Name() string { return "shelf" }

func (*shelf) Describe() privacy.Description {
	return privacy.Description{Name: i18n.Text{VI: "Kệ", EN: "Shelf"}, What: i18n.Text{VI: "Mọi thứ", EN: "Everything"}}
}

func (h *shelf) Export(_ context.Context, person string, to privacy.Sink) error {
	if h.during != nil {
		h.during()
	}
	for range max(1, h.records) {
		if err := to.Record(privacy.Record{
			Title: i18n.Text{VI: "Vật của " + person}, Lines: []privacy.Line{{Label: i18n.Text{VI: "Chữ"}, Value: "<b>đậm</b>"}}, Data: map[string]string{"of": person},
		}); err != nil {
			return err
		}
	}
	if h.fails != nil {
		return h.fails
	}
	return to.File("giấy tờ.pdf", strings.NewReader("nội dung"))
}

func (h *shelf) MustKeep(context.Context, db.Querier, string, int) ([]privacy.Kept, error) {
	return h.kept, nil
}

func (h *shelf) Erase(_ context.Context, _ *db.Tx, person string) (int, error) {
	if slices.Contains(h.erased, person) {
		return 0, nil
	}
	h.erased = append(h.erased, person)
	return 3, nil
}

// world is a province with two citizens, a clerk and two officials for data.
type world struct {
	svc                        *core.Service
	db                         *db.DB
	clock                      *dbtest.Clock
	people                     *identity.Directory
	shelf                      *shelf
	citizen, other             identity.Actor
	clerk, one, second, nobody identity.Actor
}

const number = "089090000001"

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	sets := []db.Migrations{
		identity.Migrations(), orgs.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(), sequence.Migrations(), files.Migrations(), store.Migrations(),
	}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		keys := crypt.Ephemeral()
		blobs, err := blob.Open(t.TempDir(), 0)
		must(t, err)
		t.Cleanup(func() { must(t, blobs.Close()) })
		w := &world{db: d, clock: c, people: identity.NewDirectory(keys), shelf: &shelf{}}
		cal := workingTime(t)
		w.svc = core.New(core.Deps{
			DB: d, Keys: keys, People: w.people, Files: files.New(blobs, keys), Calendar: func(string) *calendar.Calendar { return cal },
			Holders: []privacy.Holder{w.shelf}, Name: func(_ context.Context, account string) string { return "tên " + account },
			Rules: func(context.Context) (map[string]i18n.Text, error) {
				return map[string]i18n.Text{"quy-tac": {VI: "Quy tắc lưu trữ"}}, nil
			},
			LawName: func(_ context.Context, id string) string { return "số " + id }, Agency: "Tỉnh Thử",
		})
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := w.svc.ApplyPurposes(t.Context(), tx, purposes()); err != nil {
				return err
			}
			_, err := w.svc.ApplyTerms(t.Context(), tx, terms())
			return err
		}))
		whole := identity.Place{Unit: "tinh", Subtree: true}
		w.citizen = w.actor(t, "dan", number).Grant(privacy.PermOwn, identity.Place{})
		w.other = w.actor(t, "khac", "089090000002").Grant(privacy.PermOwn, identity.Place{})
		w.clerk = w.actor(t, "motcua", "089090000003").Grant(privacy.PermTake, identity.Place{Unit: "xa"})
		w.one = w.actor(t, "baove", "089090000004").Grant(privacy.PermHandle, whole).Grant(privacy.PermApprove, whole).Grant(privacy.PermBreach, whole)
		w.second = w.actor(t, "lanhdao", "089090000005").Grant(privacy.PermHandle, whole).Grant(privacy.PermApprove, whole).Grant(privacy.PermBreach, whole)
		w.clerk.Unit, w.one.Unit, w.second.Unit = "xa", "tinh", "tinh"
		w.nobody = identity.NewActor("khach", "")
		f(t, w)
	})
}

func (w *world) actor(t *testing.T, login, number string) (a identity.Actor) {
	t.Helper()
	must(t, w.db.Write(t.Context(), func(tx *db.Tx) error {
		person, err := w.people.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: "Người " + login, Number: number})
		if err != nil {
			return err
		}
		account, err := w.people.SaveAccount(t.Context(), tx, identity.Account{Person: person, Login: login}, "")
		a = identity.NewActor(account, person)
		return err
	}))
	return a
}

func purposes() []privacy.Purpose {
	return []privacy.Purpose{
		{
			ID: "viec", Name: i18n.Text{VI: "Việc"}, Text: i18n.Text{VI: "Để làm việc"}, Basis: []string{"luat"}, Reads: []string{"handling"}, Holders: []string{"shelf"},
			Data: []privacy.Category{{Name: i18n.Text{VI: "Họ tên"}}, {Sensitive: true, Name: i18n.Text{VI: "Ảnh căn cước"}}}, Retention: "quy-tac",
		},
		{
			ID: "tin", Name: i18n.Text{VI: "Tin nhắn"}, Text: i18n.Text{VI: "Để nhắn"}, Consent: true, Holders: []string{"shelf", "privacy"}, Version: 1,
			Agreed: i18n.Text{VI: "Tôi đồng ý", EN: "I agree"}, Data: []privacy.Category{{Name: i18n.Text{VI: "Điện thoại"}}},
		},
	}
}

func terms() (all []privacy.Term) {
	all = append(all, privacy.Term{ID: "a", What: "acknowledge", Within: privacy.Span{Amount: 2, Unit: "working_days"}, Basis: "nd"})
	for _, k := range privacy.Kinds() {
		t := privacy.Term{ID: string(k), What: string(k), Within: privacy.Span{Amount: 10, Unit: "days"}, Extend: privacy.Span{Amount: 5, Unit: "working_days"}, Basis: "nd"}
		if k == privacy.Complain {
			t.Extend = privacy.Span{}
		}
		all = append(all, t)
	}
	for what, hours := range map[string]int{"breach_serious": 24, "breach_authority": 72, "breach_subjects": 72} {
		all = append(all, privacy.Term{ID: what, What: what, Within: privacy.Span{Amount: hours, Unit: "hours"}, Basis: "nd"})
	}
	return all
}

func workingTime(t *testing.T) *calendar.Calendar {
	t.Helper()
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for day := time.Monday; day <= time.Friday; day++ {
		week.Days[day] = []calendar.Span{{From: 7*60 + 30, To: 11*60 + 30}, {From: 13*60 + 30, To: 17*60 + 30}}
	}
	c, err := calendar.New(calendar.Config{Weeks: []calendar.Week{week}, Supplement: calendar.Duration{Amount: 10, Unit: calendar.WorkingDay}})
	must(t, err)
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// work runs the jobs that wait.
func (w *world) work(t *testing.T) {
	t.Helper()
	for did := true; did; {
		var err error
		did, err = jobs.Work(t.Context(), w.db, map[jobs.Kind]jobs.Handler{core.JobArchive: w.svc.MakeArchive, core.JobErase: w.svc.EraseData})
		must(t, err)
	}
}

// audited counts records of an event about a subject.
func (w *world) audited(t *testing.T, e audit.Event, subject string) int {
	t.Helper()
	found, err := audit.List(t.Context(), w.db, audit.Filter{Event: e, Subject: subject}, "", 100)
	must(t, err)
	return len(found)
}

func readAll(t *testing.T, r io.ReadCloser) []byte {
	t.Helper()
	body, err := io.ReadAll(r)
	must(t, err)
	must(t, r.Close())
	return body
}
