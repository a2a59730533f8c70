// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func justice() dossiers.Host { return dossiers.Host{Code: "G15", Name: "Bộ Tư pháp"} }

// hears lets a system say something of a dossier.
func hears(t *testing.T, w *dossierstest.World, m dossiers.Mirror) (id dossiers.ID, how dossiers.Heard, err error) {
	t.Helper()
	err = w.DB.Write(t.Context(), func(tx *db.Tx) error {
		id, how, err = w.Service.Mirror(t.Context(), tx, identity.Program("partner.bo"), m)
		return err
	})
	return id, how, err
}

func handed(t *testing.T, w *dossierstest.World, id dossiers.ID) error {
	t.Helper()
	return w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return w.Service.HandToSystem(t.Context(), tx, identity.Program("mirrors.hand"), id, justice())
	})
}

// theirs makes the procedure of the world a ministry's from a day on.
func theirs(t *testing.T, w *dossierstest.World, day string) {
	t.Helper()
	w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
		v.Routes = []procedures.Routing{{From: day, Route: procedures.Ministry("G15")}}
	}))
}

func mirrorOf(w *dossierstest.World, place int64, st dossiers.Status) dossiers.Mirror {
	now := w.DB.Now()
	return dossiers.Mirror{
		Keeper: justice(), Code: "G15-260302-0001", Place: place, Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward, Channel: dossiers.Online, Status: st,
		Owner: dossiers.Named{Kind: identity.Individual, Name: "Trần Văn Xa", Number: "089058000099"}, Submitted: now, Accepted: now, Due: db.At(now.AddDate(0, 0, 3)), Link: "https://hotich.example.vn/ho-so/1",
	}
}

// What another system says becomes a mirror: found, listed, followed and counted once,
// with whose it is. Later words stay, earlier ones change nothing.
func TestADossierOfAnotherSystemIsMirrored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		if _, _, err := hears(t, w, mirrorOf(w, 1, dossiers.Accepted)); !errors.Is(err, dossiers.ErrMirrorRoute) {
			t.Fatalf("the procedure is ours: %v", err)
		}
		theirs(t, w, "2020-01-01")
		id, how, err := hears(t, w, mirrorOf(w, 2, dossiers.Accepted))
		if err != nil || how != dossiers.HeardNew {
			t.Fatal(how, err)
		}
		for place, want := range map[int64]dossiers.Heard{1: dossiers.HeardOld, 2: dossiers.HeardOld} {
			if _, how, err := hears(t, w, mirrorOf(w, place, dossiers.Refused)); err != nil || how != want {
				t.Errorf("%d: %v %v", place, how, err)
			}
		}
		if _, how, err := hears(t, w, mirrorOf(w, 3, dossiers.Processing)); err != nil || how != dossiers.HeardTaken {
			t.Error(how, err)
		}
		full := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if full.Status != dossiers.Processing || full.Elsewhere.Keeper != justice() || full.Elsewhere.Link != "https://hotich.example.vn/ho-so/1" || full.Can != (core.Can{}) {
			t.Errorf("%+v %+v", full.Elsewhere, full.Can)
		}
		track := must[core.Tracking](t)(s.Track(ctx, "G15-260302-0001"))
		if track.Elsewhere.Keeper != justice() || track.Status != dossiers.Processing || len(track.Steps) != 2 || track.Turn != nil {
			t.Errorf("%+v", track)
		}
		list := must[core.Page[core.MirrorItem]](t)(s.ListMirrors(ctx, w.Officer, "", ""))
		if len(list.Items) != 1 || list.Items[0].Owner != "Trần Văn Xa" || list.Items[0].Keeper != justice() {
			t.Errorf("%+v", list)
		}
		if list := must[core.Page[core.MirrorItem]](t)(s.ListMirrors(ctx, w.OtherOfficer, "", "")); len(list.Items) != 0 {
			t.Errorf("another ward sees %+v", list)
		}
		if inbox := must[core.Page[core.Item]](t)(s.Inbox(ctx, w.Clerk, "")); len(inbox.Items) != 0 {
			t.Errorf("nobody accepts it: %+v", inbox)
		}
		if _, found, err := s.FindCode(ctx, w.Officer, "g15-260302-0001"); err != nil || !found {
			t.Errorf("the scanner: %v %v", found, err)
		}
	})
}

// Nothing can be typed into a mirror: every act says whose the dossier is.
func TestEveryActOnAMirrorIsRefusedInWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		waiting, running, claimed := w.Submit(t), w.Accepted(t), w.Accepted(t)
		for _, id := range []dossiers.ID{waiting, running, claimed} {
			if err := handed(t, w, id); err != nil {
				t.Fatal(err)
			}
		}
		const words = "đủ căn cứ để làm việc này theo quy định"
		for name, act := range map[string]func(id dossiers.ID) error{
			"accept":  func(id dossiers.ID) error { _, err := s.Accept(ctx, w.Clerk, id); return err },
			"refuse":  func(id dossiers.ID) error { return s.Refuse(ctx, w.Clerk, id, words) },
			"claim":   func(id dossiers.ID) error { return s.Claim(ctx, w.Officer, id, "") },
			"release": func(id dossiers.ID) error { return s.Release(ctx, w.Officer, id, "") },
			"finish":  func(id dossiers.ID) error { return s.Finish(ctx, w.Officer, id, core.Done{}) },
			"return":  func(id dossiers.ID) error { return s.Return(ctx, w.Officer, id, "", words) },
			"draft": func(id dossiers.ID) error {
				_, err := s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "x"})
				return err
			},
			"to sign":  func(id dossiers.ID) error { _, err := s.SendToSign(ctx, w.Officer, id, w.Leader.Account); return err },
			"sign":     func(id dossiers.ID) error { _, err := s.Sign(ctx, w.Leader, id); return err },
			"issue":    func(id dossiers.ID) error { _, err := s.Issue(ctx, w.Records, id); return err },
			"deliver":  func(id dossiers.ID) error { return s.Deliver(ctx, w.Clerk, id, core.Handover{Receiver: "X"}) },
			"withdraw": func(id dossiers.ID) error { return s.Withdraw(ctx, w.Citizen, id, words) },
			"supplement": func(id dossiers.ID) error {
				return s.AskSupplement(ctx, w.Officer, id, core.Ask{Missing: []core.Missing{{What: "Giấy tờ còn thiếu", Why: words}}})
			},
			"supply": func(id dossiers.ID) error { return s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: words}) },
			"transfer": func(id dossiers.ID) error {
				_, err := s.Transfer(ctx, w.Officer, id, core.TransferWish{To: dossierstest.Other, Reason: words, Basis: "NĐ 118"})
				return err
			},
			"note":    func(id dossiers.ID) error { return s.AddNote(ctx, w.Officer, id, words, nil) },
			"consult": func(id dossiers.ID) error { _, err := s.Consult(ctx, w.Officer, id, core.Consultation{}); return err },
			"stop": func(id dossiers.ID) error {
				_, err := s.Move(ctx, w.Officer, id, core.Wish{Kind: dossiers.Stop, Reason: words, Basis: "NĐ 118/2025", Money: "none"})
				return err
			},
			"hand over": func(id dossiers.ID) error { return handed(t, w, id) },
		} {
			for _, id := range []dossiers.ID{running, waiting} {
				if err := act(id); err == nil {
					t.Errorf("%s: it was done", name)
				} else if id == running && !errors.Is(err, dossiers.ErrMirror) && name != "consult" && name != "supply" {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if got := must[core.Full](t)(s.Get(ctx, w.Officer, running, access.Handling)); got.Status != dossiers.Accepted || got.Elsewhere.Keeper != justice() {
			t.Errorf("%+v", got.Summary)
		}
		if desk := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{}, "")); len(desk.Items) != 0 {
			t.Errorf("it lies on a desk: %+v", desk.Items)
		}
	})
}

// A dossier that changes hands is counted where it is, and never twice.
func TestAMirrorIsCountedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		one := w.Accepted(t)
		_ = w.Accepted(t)
		today := calendar.On(w.DB.Now().Time)
		count := func() (ours, elsewhere int64) {
			t.Helper()
			for more := true; more; {
				var err error
				if more, err = s.CountFigures(ctx); err != nil {
					t.Fatal(err)
				}
			}
			figures, err := s.Tally(ctx, access.All(), dossiers.Ask{From: today, To: today}, dossiers.ByNothing)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range figures {
				ours += f.In()
			}
			there, err := s.MirrorFigures(ctx, access.All(), dossiers.Ask{From: today, To: today})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range there {
				elsewhere += f.Received
			}
			return ours, elsewhere
		}
		if ours, there := count(); ours != 2 || there != 0 {
			t.Errorf("before: %d and %d", ours, there)
		}
		if err := handed(t, w, one); err != nil {
			t.Fatal(err)
		}
		if ours, there := count(); ours != 1 || there != 1 {
			t.Errorf("handed over: %d and %d", ours, there)
		}
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return s.TakeBack(ctx, tx, identity.Program("p"), one, "G15") }); err != nil {
			t.Fatal(err)
		}
		if ours, there := count(); ours != 2 || there != 0 {
			t.Errorf("taken back: %d and %d", ours, there)
		}
		if err := s.Claim(ctx, w.Officer, one, ""); err != nil {
			t.Errorf("its process begins anew: %v", err)
		}
	})
}

// Whatever is tried in whatever order, a status has one owner: who does not own it
// changes nothing, and says so.
func TestAStatusHasOneOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		pick := func(n int64) int64 {
			v, err := rand.Int(rand.Reader, big.NewInt(n))
			if err != nil {
				t.Fatal(err)
			}
			return v.Int64()
		}
		for range 4 {
			id := w.Accepted(t)
			code := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)).Code
			ours, place, trace := true, int64(0), []string{}
			for range 25 {
				c.Advance(time.Minute)
				before, err := s.KeptElsewhereOf(ctx, w.DB, id)
				if err != nil || before.Kept() == ours {
					t.Fatalf("%v: owner %+v %v", trace, before, err)
				}
				switch pick(5) {
				case 0:
					trace = append(trace, "hand")
					err := handed(t, w, id)
					if ours != (err == nil) {
						t.Fatalf("%v: %v", trace, err)
					}
					ours = false
				case 1:
					trace = append(trace, "back")
					err := w.DB.Write(ctx, func(tx *db.Tx) error { return s.TakeBack(ctx, tx, identity.Program("p"), id, "G15") })
					if ours == (err == nil) {
						t.Fatalf("%v: %v", trace, err)
					}
					ours = true
				case 2:
					trace = append(trace, "claim")
					err := s.Claim(ctx, w.Officer, id, "")
					if !ours && !errors.Is(err, dossiers.ErrMirror) || ours && errors.Is(err, dossiers.ErrMirror) {
						t.Fatalf("%v: %v", trace, err)
					}
				default:
					trace = append(trace, "told")
					place++
					m := mirrorOf(w, place, []dossiers.Status{dossiers.Accepted, dossiers.Processing}[pick(2)])
					m.Code, m.Ours = "G15-"+code, code
					_, how, err := hears(t, w, m)
					if err != nil || ours != (how == dossiers.HeardNot) {
						t.Fatalf("%v: %v %v", trace, how, err)
					}
				}
			}
			var owners []string
			rows, err := db.All(ctx, w.DB, db.Column[string], `SELECT keeper FROM dossiers_keepers WHERE dossier_id = $1 ORDER BY id`, string(id))
			if err != nil {
				t.Fatal(err)
			}
			owners = rows
			if n := len(slices.Compact(slices.Clone(owners))); n != len(owners) {
				t.Errorf("%v: owners %v follow themselves", trace, owners)
			}
		}
	})
}

// Of what another system works on no paper is moved here, and nothing is held: the one
// would go where nobody works on it, the other would promise what is not ours to keep.
func TestAMirrorIsNotHeldAndItsPaperStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		holder := w.Leader.Grant(dossiers.PermHold, identity.Place{Unit: dossierstest.Ward, Subtree: true})
		theirs, given, ours := onPaper(t, w), onPaper(t, w), onPaper(t, w)
		if _, _, err := s.HandPaper(ctx, w.Clerk, []dossiers.ID{given}, w.Officer.Account); err != nil {
			t.Fatal(err)
		}
		for _, id := range []dossiers.ID{theirs, given} {
			if err := handed(t, w, id); err != nil {
				t.Fatal(err)
			}
		}
		code := must[core.Full](t)(s.Get(ctx, w.Officer, theirs, access.Handling)).Code
		_, err := s.PlaceHold(ctx, holder, code, "theo yêu cầu của tòa án")
		refused(t, "a hold", err, dossiers.ErrMirror)

		slip, all, err := s.HandPaper(ctx, w.Clerk, []dossiers.ID{theirs, ours}, w.Officer.Account)
		if err != nil || slip == "" || len(all) != 2 {
			t.Fatalf("%q %+v %v", slip, all, err)
		}
		for _, one := range all {
			if (one.Err != nil) != (one.ID == theirs) || one.ID == theirs && !errors.Is(one.Err, dossiers.ErrMirror) {
				t.Errorf("hand: %s: %v", one.ID, one.Err)
			}
		}
		for name, act := range map[string]func() ([]core.Outcome, error){
			"take": func() ([]core.Outcome, error) { return s.TakePaper(ctx, w.Officer, []dossiers.ID{given}) },
			"decline": func() ([]core.Outcome, error) {
				return s.DeclinePaper(ctx, w.Officer, []dossiers.ID{given}, "thiếu một tờ so với phiếu")
			},
			"take back": func() ([]core.Outcome, error) { return s.TakePaperBack(ctx, w.Clerk, []dossiers.ID{given}) },
			"move left": func() ([]core.Outcome, error) {
				_, all, err := s.MovePaperLeft(ctx, w.Clerk, []dossiers.ID{given}, w.Officer.Account)
				return all, err
			},
		} {
			all, err := act()
			if name == "move left" && errors.Is(err, access.ErrNotAllowed) {
				continue
			}
			if err != nil || len(all) != 1 || !errors.Is(all[0].Err, dossiers.ErrMirror) {
				t.Errorf("%s: %+v %v", name, all, err)
			}
		}
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return s.TakeBack(ctx, tx, identity.Program("p"), given, "G15") }); err != nil {
			t.Fatal(err)
		}
		if all, err := s.TakePaper(ctx, w.Officer, []dossiers.ID{given}); err != nil || all[0].Err != nil {
			t.Errorf("taken back, its paper moves on: %+v %v", all, err)
		}
	})
}
