// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

var (
	proposer  = identity.NewActor("it", "p-it").Grant(proofs.PermTrust, identity.Place{Unit: "tinh", Subtree: true})
	confirmer = identity.NewActor("kt", "p-kt").Grant(proofs.PermConfirm, identity.Place{Unit: "tinh", Subtree: true})
	both      = identity.NewActor("it2", "p-it").Grant(proofs.PermTrust, identity.Place{Unit: "tinh"}).Grant(proofs.PermConfirm, identity.Place{Unit: "tinh"})
	stranger  = identity.NewActor("dan", "p-dan")
)

func proposal(c *x509.Certificate) Proposal {
	return Proposal{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), Uses: proofs.Uses(),
		Source: "Trao tay tại cơ quan chứng thực", Lists: proofs.ListsNone,
	}
}

// listed proposes and confirms.
func listed(t *testing.T, s *Service, p Proposal) proofs.Authority {
	t.Helper()
	a, err := s.Propose(t.Context(), proposer, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Confirm(t.Context(), confirmer, a.ID, a.Fingerprint); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTwoPersonsListAnAuthority(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		o, elsewhere := newOffice(t), newOffice(t)
		s, other := service(t, d, elsewhere.ca), New(Deps{DB: d, AtOnce: 1}) // two processes on one database
		document := o.issued(t)
		if rep := check(t, other, document); rep.Verdict != proofs.Unconfirmed || rep.Signatures[0].Authority != nil {
			t.Fatalf("not listed: %+v", rep)
		}
		before := check(t, other, document).TrustList
		a, err := s.Propose(ctx, proposer, proposal(o.ca.Root()))
		if err != nil {
			t.Fatal(err)
		}
		if check(t, other, document).Verdict != proofs.Unconfirmed {
			t.Error("one person was enough")
		}
		for name, tt := range map[string]struct {
			who         identity.Actor
			fingerprint string
			want        error
		}{
			"who may not":          {stranger, a.Fingerprint, access.ErrNotAllowed},
			"who proposed":         {proposer, a.Fingerprint, access.ErrNotAllowed},
			"the same person":      {both, a.Fingerprint, proofs.ErrOwnProposal},
			"another fingerprint":  {confirmer, strings.Repeat("0", 64), errs.BadInput([]errs.Field{{}})},
			"only its beginning":   {confirmer, a.Fingerprint[:16], errs.BadInput([]errs.Field{{}})},
			"nobody":               {identity.Actor{}, a.Fingerprint, access.ErrSignInNeeded},
			"of the list, anybody": {identity.NewActor("x", "y"), a.Fingerprint, access.ErrNotAllowed},
		} {
			if err := s.Confirm(ctx, tt.who, a.ID, tt.fingerprint); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.Propose(ctx, both, proposal(o.ca.Root())); !errors.Is(err, proofs.ErrListed) {
			t.Errorf("proposed twice: %v", err)
		}
		spaced := strings.ToUpper(a.Fingerprint[:32]) + ":" + a.Fingerprint[32:] + " "
		if err := s.Confirm(ctx, confirmer, a.ID, spaced); err != nil {
			t.Fatal(err)
		}
		rep := check(t, other, document)
		if rep.Verdict != proofs.Valid || rep.TrustList == before || rep.Signatures[0].Authority == nil || rep.Signatures[0].Authority.Fingerprint != a.Fingerprint ||
			len(rep.Signatures[0].Chain) != 2 || rep.Simulated != true {
			t.Errorf("the other process: %+v", rep)
		}
		if err := s.Confirm(ctx, confirmer, a.ID, a.Fingerprint); !errors.Is(err, proofs.ErrDecided) {
			t.Errorf("confirmed twice: %v", err)
		}
		written, err := audit.List(ctx, d, audit.Filter{Subject: a.ID}, "", 10)
		if err != nil || len(written) != 2 || written[0].Event != proofs.AuditConfirmed || written[1].Event != proofs.AuditProposed {
			t.Errorf("%+v, %v", written, err)
		}
		n, err := s.CountProposals(ctx, confirmer)
		if err != nil || n != 0 {
			t.Errorf("%d wait, %v", n, err)
		}
	})
}

func TestARefusedProposalIsNotBelieved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		o := newOffice(t)
		s := New(Deps{DB: d, AtOnce: 1})
		a, err := s.Propose(ctx, proposer, proposal(o.ca.Root()))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Refuse(ctx, confirmer, a.ID); err != nil {
			t.Fatal(err)
		}
		if check(t, s, o.issued(t)).Verdict != proofs.Unconfirmed {
			t.Error("what was refused is believed")
		}
		for _, err := range []error{s.Confirm(ctx, confirmer, a.ID, a.Fingerprint), s.Withdraw(ctx, proposer, a.ID, Leaving{Why: proofs.WhyEnded, Note: "x"})} {
			if !errors.Is(err, proofs.ErrDecided) {
				t.Errorf("after it was refused: %v", err)
			}
		}
		listed(t, s, proposal(o.ca.Root())) // again, and now confirmed
		if check(t, s, o.issued(t)).Verdict != proofs.Valid {
			t.Error("proposed again and confirmed, and not believed")
		}
		if err := s.Confirm(ctx, confirmer, "none", "x"); !errors.Is(err, proofs.ErrNoAuthority) {
			t.Errorf("no such authority: %v", err)
		}
	})
}

func TestWhatIsProposed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	leaf, _, err := o.key.Certificate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	good := proposal(o.ca.Root())
	for name, tt := range map[string]struct {
		change func(*Proposal)
		want   string
	}{
		"good":           {func(*Proposal) {}, ""},
		"DER":            {func(p *Proposal) { p.Certificate = o.ca.Root().Raw }, ""},
		"no file":        {func(p *Proposal) { p.Certificate = nil }, "certificate " + proofs.ErrNotCertificate.Code},
		"a text":         {func(p *Proposal) { p.Certificate = []byte("x") }, "certificate " + proofs.ErrNotCertificate.Code},
		"two at once":    {func(p *Proposal) { p.Certificate = slices.Concat(good.Certificate, good.Certificate) }, "certificate " + proofs.ErrNotCertificate.Code},
		"a person's":     {func(p *Proposal) { p.Certificate = leaf.Raw }, "certificate " + proofs.ErrNotAuthority.Code},
		"no use":         {func(p *Proposal) { p.Uses = nil }, "uses proofs.trust.uses_needed"},
		"unknown use":    {func(p *Proposal) { p.Uses = []proofs.Use{"all"} }, "uses proofs.trust.uses_needed"},
		"no source":      {func(p *Proposal) { p.Source = "" }, "source form.required"},
		"a long source":  {func(p *Proposal) { p.Source = strings.Repeat("ố", maxSource+1) }, "source proofs.trust.source_long"},
		"ends first":     {func(p *Proposal) { p.ValidFrom, p.ValidTo = db.At(o.now), db.At(o.now.Add(-1e9)) }, "valid_to proofs.trust.period"},
		"no word on it":  {func(p *Proposal) { p.Lists = "" }, "lists form.required"},
		"a file address": {func(p *Proposal) { p.ListURL = "file:///etc/passwd" }, "list_url proofs.trust.url"},
		"with a name":    {func(p *Proposal) { p.ListURL = "http://a:b@example.org/" }, "list_url proofs.trust.url"},
	} {
		p := good
		tt.change(&p)
		got := ""
		for _, f := range p.Check() {
			got += f.Name + " " + f.Code
		}
		if got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// stamped signs a letter with a time stamp of an authority.
func (o office) stamped(t *testing.T, by *signing.DevCA, at time.Time) []byte {
	t.Helper()
	key, err := by.Issue(signing.Subject{Name: "Dấu thời gian", Stamps: true, Key: signing.RSA2048, From: o.now.AddDate(0, -2, 0), Until: o.now.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signing.Sign(t.Context(), o.letter(t), signing.Request{Field: "signature", At: at}, o.key, by.Stamper(key, func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestWhatWasProvedBeforeAWithdrawalStands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		o, stamps := newOffice(t), newOffice(t)
		before, after := o.stamped(t, stamps.ca, o.now.Add(-2*time.Hour)), o.stamped(t, stamps.ca, o.now.Add(-time.Minute))
		claimed := o.issued(t) // says when it was signed, and proves nothing
		for why, want := range map[proofs.Why]string{
			proofs.WhyEnded:       "valid, unconfirmed, unconfirmed",
			proofs.WhyCompromised: "valid, unconfirmed, unconfirmed", // the stamps are of another authority
		} {
			s := New(Deps{DB: d, AtOnce: 1})
			if err := s.ListSimulated(ctx, stamps.ca.Root()); err != nil {
				t.Fatal(err)
			}
			a := listed(t, s, proposal(o.ca.Root()))
			verdicts := func() string {
				var all []string
				for _, document := range [][]byte{before, after, claimed} {
					all = append(all, string(check(t, s, document).Verdict))
				}
				return strings.Join(all, ", ")
			}
			if got := verdicts(); got != strings.TrimSuffix(strings.Repeat("valid, ", 3), ", ") {
				t.Fatalf("listed: %s", got)
			}
			if err := s.Withdraw(ctx, stranger, a.ID, Leaving{Why: why, Note: "x"}); !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("anybody withdraws: %v", err)
			}
			for _, l := range []Leaving{{Note: "x"}, {Why: why}, {Why: why, Note: "x", From: db.At(d.Now().Add(time.Hour))}, {Why: "no", Note: "x"}} {
				if err := s.Withdraw(ctx, proposer, a.ID, l); errs.KindOf(err) != errs.Invalid {
					t.Errorf("%+v: %v", l, err)
				}
			}
			if err := s.Withdraw(ctx, proposer, a.ID, Leaving{Why: why, Note: "Thông báo số 1", From: db.At(o.now.Add(-time.Hour))}); err != nil {
				t.Fatal(err)
			}
			if got := verdicts(); got != want {
				t.Errorf("%s: %s", why, got)
			}
			if rep := check(t, s, claimed); !slices.Equal(rep.Signatures[0].Problems, []signing.Problem{signing.ProblemWithdrawn}) {
				t.Errorf("%s: %v", why, rep.Signatures[0].Problems)
			}
		}
		// An authority of stamps that lost its key proves nothing, whatever time it writes.
		s := New(Deps{DB: d, AtOnce: 1})
		listed(t, s, proposal(o.ca.Root()))
		for _, a := range must(s.Published(ctx))(t).Authorities {
			if a.Fingerprint == fingerprint(stamps.ca.Root()) {
				if err := s.Withdraw(ctx, confirmer, a.ID, Leaving{Why: proofs.WhyCompromised, Note: "Lộ khóa"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if rep := check(t, s, before); rep.Signatures[0].StampedAt != nil || !slices.Contains(rep.Signatures[0].Problems, signing.ProblemStamp) {
			t.Errorf("a stamp of a lost key: %+v", rep.Signatures[0])
		}
		if err := s.ListSimulated(ctx, stamps.ca.Root()); err != nil || check(t, s, before).Signatures[0].StampedAt != nil {
			t.Errorf("the program lists again what a person has withdrawn: %v", err)
		}
	})
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestForWhatAndWhenAnAuthorityIsBelieved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := newOffice(t)
		s := New(Deps{DB: d, AtOnce: 1})
		for name, tt := range map[string]struct {
			change func(*Proposal)
			want   proofs.Verdict
		}{
			"for people":    {func(p *Proposal) { p.Uses = []proofs.Use{proofs.Personal} }, proofs.Valid},
			"for stamps":    {func(p *Proposal) { p.Uses = []proofs.Use{proofs.Stamps} }, proofs.Unconfirmed},
			"not yet":       {func(p *Proposal) { p.ValidFrom = db.At(o.now.Add(time.Hour)) }, proofs.Unconfirmed},
			"no longer":     {func(p *Proposal) { p.ValidTo = db.At(o.now) }, proofs.Unconfirmed},
			"in its period": {func(p *Proposal) { p.ValidFrom, p.ValidTo = db.At(o.now), db.At(o.now.Add(time.Hour)) }, proofs.Valid},
		} {
			p := proposal(o.ca.Root())
			tt.change(&p)
			a := listed(t, s, p)
			if rep := check(t, s, o.issued(t)); rep.Verdict != tt.want {
				t.Errorf("%s: %s %v", name, rep.Verdict, rep.Signatures[0].Problems)
			}
			if err := s.Withdraw(t.Context(), proposer, a.ID, Leaving{Why: proofs.WhyMistake, Note: "thử"}); err != nil {
				t.Fatal(err)
			}
		}
		// A stamp of an authority that is not believed for stamps is none.
		listed(t, s, Proposal{Certificate: o.ca.Root().Raw, Uses: []proofs.Use{proofs.Agency}, Source: "x", Lists: proofs.ListsNone})
		if rep := check(t, s, o.stamped(t, o.ca, o.now)); rep.Verdict != proofs.Invalid || rep.Signatures[0].StampedAt != nil {
			t.Errorf("a stamp of who gives none: %+v", rep.Signatures[0])
		}
	})
}

func TestListsOfRevokedCertificates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		o, other := newOffice(t), newOffice(t)
		fetched, fetching := []byte(nil), error(nil)
		s := New(Deps{DB: d, AtOnce: 1, Fetch: func(context.Context, string, int64) ([]byte, error) { return fetched, fetching }})
		p := proposal(o.ca.Root())
		p.Lists, p.ListURL = proofs.ListsNeeded, "http://crl.example.vn/list.crl"
		a := listed(t, s, p)
		document := o.issued(t)
		verdict := func(want proofs.Verdict, problem signing.Problem) {
			t.Helper()
			rep := check(t, s, document)
			if rep.Verdict != want || (problem != "" && !slices.Contains(rep.Signatures[0].Problems, problem)) {
				t.Errorf("%s %v, want %s", rep.Verdict, rep.Signatures[0].Problems, want)
			}
		}
		verdict(proofs.Unconfirmed, proofs.ProblemUnknown)
		leaf, _, err := o.key.Certificate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		crl := func(o office, n int64, revoked ...signing.Withdrawn) []byte {
			return must(o.ca.CRL(revoked, n, c.Now().Add(-time.Minute), c.Now().Add(24*time.Hour)))(t)
		}
		for name, tt := range map[string]struct {
			who     identity.Actor
			content []byte
			want    error
		}{
			"who may not":      {stranger, crl(o, 1), access.ErrNotAllowed},
			"a text":           {proposer, []byte("x"), proofs.ErrNotList},
			"of somebody else": {proposer, crl(other, 1), proofs.ErrListStranger},
		} {
			if _, err := s.GiveList(ctx, tt.who, a.ID, tt.content); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		empty := crl(o, 5)
		l := must(s.GiveList(ctx, confirmer, a.ID, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: empty})))(t)
		if l.Number != "5" || l.Entries != 0 || !l.Fresh(c.Now()) {
			t.Errorf("%+v", l)
		}
		verdict(proofs.Valid, "")
		c.Advance(25 * time.Hour) // the list is not fresh any more
		verdict(proofs.Unconfirmed, proofs.ProblemUnknown)

		fetching = errors.New("no answer")
		if n := must(s.FetchLists(ctx))(t); n != 0 {
			t.Error("a failure counts as fetched")
		}
		if got := must(s.GetAuthority(ctx, proposer, a.ID))(t); got.Revoked.Error != "no answer" || got.Revoked.Number != "5" {
			t.Errorf("after a failure: %+v", got.Revoked)
		}
		verdict(proofs.Unconfirmed, proofs.ProblemUnknown)
		fetching, fetched = nil, crl(o, 6)
		if n := must(s.FetchLists(ctx))(t); n != 1 {
			t.Errorf("%d fetched", n)
		}
		verdict(proofs.Valid, "")
		if n := must(s.FetchLists(ctx))(t); n != 0 {
			t.Error("fetched again although it is new")
		}
		if _, err := s.GiveList(ctx, proposer, a.ID, empty); !errors.Is(err, proofs.ErrListOld) {
			t.Errorf("an older list: %v", err)
		}
		must(s.GiveList(ctx, proposer, a.ID, crl(o, 7, signing.Withdrawn{Serial: leaf.SerialNumber, At: c.Now().Add(-time.Hour)})))(t)
		verdict(proofs.Invalid, signing.ProblemRevoked)
	})
}

func TestAPackProposes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		o := newOffice(t)
		s := New(Deps{DB: d, AtOnce: 1})
		set := &packs.Set{Authorities: []packs.Authority{
			{Name: packs.Text{VI: "Tổ chức"}, Uses: []string{"agency"}, Lists: "none", Certificate: string(proposal(o.ca.Root()).Certificate)},
			{Name: packs.Text{VI: "Chưa có chứng thư"}, Uses: []string{"agency"}, Lists: "none"},
		}}
		apply := func() (n int) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				made, err := s.ProposeFrom(ctx, tx, set)
				n = made
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if first, again := apply(), apply(); first != 1 || again != 0 {
			t.Errorf("proposed %d, then %d", first, again)
		}
		if check(t, s, o.issued(t)).Verdict != proofs.Unconfirmed {
			t.Error("a pack alone is believed")
		}
		a := must(s.ListAuthorities(ctx, confirmer, ""))(t).Items[0]
		if err := s.Confirm(ctx, confirmer, a.ID, a.Fingerprint); err != nil {
			t.Fatal(err)
		}
		if check(t, s, o.issued(t)).Verdict != proofs.Valid {
			t.Error("confirmed and not believed")
		}
	})
}
