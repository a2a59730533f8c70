// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/pdfread"
)

// office issues documents under an authority of its own.
type office struct {
	ca  *signing.DevCA
	key *signing.SoftKey
	now time.Time
}

func newOffice(t *testing.T) office {
	t.Helper()
	o := office{now: dbtest.Now()}
	var err error
	if o.ca, err = signing.NewDevCA("Chứng thư số gốc thử nghiệm", o.now.AddDate(-1, 0, 0), signing.P256); err != nil {
		t.Fatal(err)
	}
	if o.key, err = o.ca.Issue(signing.Subject{
		Name: "Phạm Quốc Khánh", Unit: "UBND xã Mẫu", From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(1, 0, 0),
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

// letter returns a decision with its places for signatures free.
func (o office) letter(t *testing.T) []byte {
	t.Helper()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: o.now, Mark: papers.Simulated}
	p, err := press.Letter(papers.Letter{
		Agency: papers.Agency{Name: "Ủy ban nhân dân xã Mẫu"}, Notation: "QĐ-UBND", Place: "Mẫu", Kind: "Quyết định",
		Subject: "Về việc thử nghiệm", Body: []papers.Block{{Text: "Điều 1. Thử nghiệm./."}},
		Signer: papers.Signer{Post: "Chủ tịch", Name: "Phạm Quốc Khánh"},
	})
	if err != nil {
		t.Fatal(err)
	}
	document, err := signing.Reserve(p.PDF, []signing.Field{
		{Name: "signature", Kind: signing.SignatureField, Rect: p.Areas[papers.AreaSignature]},
		{Name: "seal", Kind: signing.SignatureField, Rect: p.Areas[papers.AreaSeal]},
	})
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func (o office) sign(t *testing.T, document []byte, field string) []byte {
	t.Helper()
	signed, err := signing.Sign(t.Context(), document, signing.Request{
		Field: field, At: o.now, Name: "Phạm Quốc Khánh", Reason: "Ký ban hành", Location: "Mẫu",
	}, o.key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (o office) issued(t *testing.T) []byte {
	t.Helper()
	return o.sign(t, o.sign(t, o.letter(t), "signature"), "seal")
}

// service is one that believes an authority, as a demonstration does.
func service(t *testing.T, d *db.DB, ca *signing.DevCA) *Service {
	t.Helper()
	s := New(Deps{DB: d, AtOnce: 2, Seal: func(s string) string { return "sealed:" + s }})
	if err := s.ListSimulated(t.Context(), ca.Root()); err != nil {
		t.Fatal(err)
	}
	return s
}

func each(t *testing.T, f func(t *testing.T, d *db.DB, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), store.Migrations()}, f)
}

func check(t *testing.T, s *Service, document []byte) proofs.Report {
	t.Helper()
	rep, err := s.Verify(t.Context(), bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestAGoodDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := newOffice(t)
		document := o.issued(t)
		rep := check(t, service(t, d, o.ca), document)
		if rep.Verdict != proofs.Valid || len(rep.Signatures) != 2 || !rep.Simulated || rep.Size != int64(len(document)) || len(rep.SHA256) != 64 || len(rep.Reasons) != 0 {
			t.Fatalf("got %+v", rep)
		}
		first, last := rep.Signatures[0], rep.Signatures[1]
		if first.Field != "signature" || !strings.HasPrefix(first.Signer.Name, "Phạm Quốc Khánh") || first.Signer.Organisation != "UBND xã Mẫu" ||
			!strings.Contains(first.Issuer.Name, "Chứng thư số gốc thử nghiệm") || first.ClaimedAt == nil || !first.ClaimedAt.Equal(o.now) || first.StampedAt != nil ||
			first.Reason != "Ký ban hành" || !first.Simulated || first.Verdict != proofs.Valid || len(first.Problems) != 0 {
			t.Errorf("got %+v", first)
		}
		if first.Whole || first.Later != 1 || len(first.Changes) != 1 || first.Changes[0].Kind != signing.ChangeSigned || !slices.Equal(first.Changes[0].Fields, []string{"seal"}) {
			t.Errorf("what came later: %+v", first)
		}
		if !last.Whole || last.Covers != len(document) || len(last.Changes) != 0 {
			t.Errorf("the last: %+v", last)
		}
	})
}

// retitled returns the document with a revision that changes its description,
// which is allowed after a signature and signed by nobody.
func retitled(t *testing.T, document []byte) []byte {
	t.Helper()
	f, err := pdfread.Open(document)
	if err != nil {
		t.Fatal(err)
	}
	info, ok := f.Trailer["Info"].(pdfread.Ref)
	if !ok {
		t.Fatal("the document has no description")
	}
	u := f.Update()
	d := f.Dict(info).Clone()
	d["Title"] = pdfread.Text("Khác")
	u.Set(info, d)
	out, _ := u.Bytes()
	return out
}

// locked returns a document that says it needs a password.
func locked(document []byte) []byte {
	at := bytes.LastIndex(document, []byte("/Root"))
	return slices.Concat(document[:at], []byte("/Encrypt 1 0 R "), document[at:])
}

func TestWhatIsNotValid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o, other := newOffice(t), newOffice(t)
		s := service(t, d, o.ca)
		good := o.issued(t)
		changed := bytes.Clone(good)
		changed[bytes.Index(changed, []byte("stream"))+40] ^= 1
		evidence, err := signing.AddEvidence(good, signing.Evidence{Certs: [][]byte{o.ca.Root().Raw}})
		if err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			document []byte
			want     proofs.Verdict
			problem  signing.Problem
			reason   string
		}{
			"one byte changed":    {changed, proofs.Invalid, signing.ProblemDigest, ""},
			"bytes at the end":    {append(bytes.Clone(good), "\nmore"...), proofs.Invalid, signing.ProblemAppended, proofs.ReasonAfterLast},
			"a title added later": {retitled(t, good), proofs.Invalid, "", proofs.ReasonAfterLast},
			"evidence added":      {evidence, proofs.Valid, "", ""},
			"not signed":          {o.letter(t), proofs.Unsigned, "", ""},
			"another authority":   {other.issued(t), proofs.Unconfirmed, signing.ProblemUntrusted, ""},
		} {
			rep := check(t, s, tt.document)
			if rep.Verdict != tt.want || slices.Contains(rep.Reasons, proofs.ReasonAfterLast) != (tt.reason != "") {
				t.Errorf("%s: %s %v", name, rep.Verdict, rep.Reasons)
			}
			if tt.problem != "" && !slices.ContainsFunc(rep.Signatures, func(s proofs.Signature) bool { return slices.Contains(s.Problems, tt.problem) }) {
				t.Errorf("%s: %+v", name, rep.Signatures)
			}
		}
		if rep := check(t, s, o.letter(t)); !slices.Equal(rep.FreeFields, []string{"signature", "seal"}) || rep.Simulated {
			t.Errorf("free places: %v", rep.FreeFields)
		}
		c.Advance(2 * 366 * 24 * time.Hour)
		if rep := check(t, s, good); rep.Verdict != proofs.Invalid || !slices.Contains(rep.Signatures[0].Problems, signing.ProblemExpired) {
			t.Errorf("after two years: %+v", rep.Signatures)
		}
	})
}

// endless is a file of the given size.
func endless(size int64) io.Reader { return io.LimitReader(zeros{}, size) }

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestWhatCannotBeChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := newOffice(t)
		s := service(t, d, o.ca)
		good := o.issued(t)
		for name, tt := range map[string]struct {
			content io.Reader
			want    error
		}{
			"nothing":        {strings.NewReader(""), proofs.ErrEmpty},
			"a text":         {strings.NewReader("Kính gửi Ủy ban nhân dân"), proofs.ErrNotPDF},
			"garbage":        {strings.NewReader("%PDF-1.7\n" + strings.Repeat("x", 5000)), pdfread.ErrMalformed},
			"half a file":    {bytes.NewReader(good[:len(good)/2]), pdfread.ErrMalformed},
			"a password":     {bytes.NewReader(locked(good)), pdfread.ErrEncrypted},
			"60 MB":          {endless(60 << 20), proofs.ErrTooLarge},
			"500 MB":         {endless(500 << 20), proofs.ErrTooLarge},
			"a broken line":  {io.MultiReader(bytes.NewReader(good), iotest.ErrReader(io.ErrUnexpectedEOF)), proofs.ErrInterrupted},
			"exactly 50 MB":  {endless(proofs.MaxSize), proofs.ErrNotPDF},
			"one byte above": {endless(proofs.MaxSize + 1), proofs.ErrTooLarge},
		} {
			if _, err := s.Verify(t.Context(), tt.content); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
	})
}

// When all places are taken somebody who comes is told to come again, and the
// places are free afterwards.
func TestNotMoreThanSoManyAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := newOffice(t)
		s := service(t, d, o.ca)
		s.checks <- struct{}{}
		s.checks <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Verify(ctx, bytes.NewReader(o.letter(t))); !errors.Is(err, proofs.ErrBusy) || errs.KindOf(err) != errs.Unavailable {
			t.Errorf("all places taken: %v", err)
		}
		<-s.checks
		for range 5 {
			check(t, s, o.letter(t))
		}
		for range maxUploads {
			s.uploads <- struct{}{}
		}
		if _, err := s.Verify(t.Context(), iotest.ErrReader(io.EOF)); !errors.Is(err, proofs.ErrBusy) {
			t.Errorf("too many on their way: %v", err)
		}
	})
}

func TestReportsAreKnownAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		o := newOffice(t)
		s := service(t, d, o.ca)
		text, seal, err := s.Write(check(t, s, o.letter(t)))
		if err != nil || !strings.Contains(text, `"verdict": "unsigned"`) {
			t.Fatalf("%s, %v", text, err)
		}
		if err := s.Recognise(text, seal); err != nil {
			t.Error(err)
		}
		for name, forged := range map[string]string{"changed": strings.Replace(text, "unsigned", "valid", 1), "empty": ""} {
			if err := s.Recognise(forged, seal); !errors.Is(err, proofs.ErrNotOurs) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Twenty people send fifty megabytes at once: some wait, some are told to come
// again, and never more than a few documents lie in memory.
func TestTwentyLargeFilesAtOnce(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	d, err := db.Open(filepath.Join(t.TempDir(), "memory.db"), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := db.Migrate(t.Context(), d, audit.Migrations(), store.Migrations()); err != nil {
		t.Fatal(err)
	}
	s := New(Deps{DB: d, AtOnce: 3})
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // what lies there, and not what was not swept yet
	const most = 450 << 20                           // 3 of 50 MB, what they grew out of, and the rest of the tests; 20 would be 1000
	var peak atomic.Uint64
	done, measured := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(measured)
		var m runtime.MemStats
		for {
			select {
			case <-done:
				return
			default:
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapInuse))
				runtime.Gosched()
			}
		}
	}()
	var wg sync.WaitGroup
	var refused, read atomic.Int64
	for range 20 {
		wg.Go(func() {
			_, err := s.Verify(t.Context(), io.MultiReader(strings.NewReader("%PDF-1.7\n"), endless(proofs.MaxSize-9)))
			switch {
			case errors.Is(err, proofs.ErrBusy):
				refused.Add(1)
			case errors.Is(err, pdfread.ErrMalformed):
				read.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(done)
	<-measured
	if read.Load() == 0 || peak.Load() > most {
		t.Errorf("%d read, %d refused, %d MB at the peak", read.Load(), refused.Load(), peak.Load()>>20)
	}
}
