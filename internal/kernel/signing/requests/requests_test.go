// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/requests/requeststest"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), jobs.Migrations(), events.Migrations(), files.Migrations(), requests.Migrations()}
}

// office asks a phone for signatures.
type office struct {
	*requests.Service
	t     *testing.T
	clock *dbtest.Clock
	phone *requeststest.Phone
	cert  keystore.Certificate
	actor identity.Actor
	deps  requests.Deps
	trip  string // where the power is cut, once
}

var errPower = errors.New("the power is gone")

func newOffice(t *testing.T, d *db.DB, c *dbtest.Clock) *office {
	t.Helper()
	blobs, err := blob.Open(t.TempDir(), 0)
	check(t, err)
	t.Cleanup(func() { _ = blobs.Close() })
	keys := crypt.Ephemeral()
	o := &office{t: t, clock: c, phone: requeststest.New(t, "Võ Thị Thanh Hà", c.Now()), actor: identity.Actor{Account: "ha", Unit: "phuong"}}
	o.cert = o.phone.Certificate(t)
	o.deps = requests.Deps{
		DB: d, Files: files.New(blobs, keys), Keys: keys, Providers: map[string]requests.Provider{requeststest.Name: o.phone},
		Trip: func(at string) error {
			if o.trip != at {
				return nil
			}
			o.trip = ""
			return errPower
		},
	}
	o.Service = requests.New(o.deps)
	return o
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) document(subject string) requests.Document {
	o.t.Helper()
	p, err := signing.Prepare([]byte(pdftest.Small), signing.Request{Field: "signature", Rect: &pdf.Rect{Page: 1}, At: o.clock.Now(), Reason: subject})
	check(o.t, err)
	return requests.Document{Kind: "dossier", Subject: subject, Step: "sign", Name: "van-ban-" + subject + ".pdf", Prepared: p}
}

// start asks for the signatures of documents, each a subject.
func (o *office) start(subjects ...string) (requests.Request, error) {
	o.t.Helper()
	ctx := o.t.Context()
	var staged []requests.Staged
	for _, s := range subjects {
		st, err := o.Stage(ctx, o.cert, o.document(s))
		check(o.t, err)
		staged = append(staged, st)
	}
	var q requests.Request
	err := o.DB.Write(ctx, func(tx *db.Tx) (err error) {
		q, err = o.Start(ctx, tx, o.actor, o.cert, "089176000005", staged)
		return err
	})
	return q, err
}

func (o *office) mustStart(subjects ...string) requests.Request {
	o.t.Helper()
	q, err := o.start(subjects...)
	check(o.t, err)
	return q
}

// work runs the jobs that are due; a power cut is what a worker's death is: its
// lease ends, and the job runs again.
func (o *office) work() {
	o.t.Helper()
	for {
		did, err := jobs.Work(o.t.Context(), o.DB, map[jobs.Kind]jobs.Handler{requests.JobAsk: o.Ask})
		switch {
		case errors.Is(err, errPower):
			o.clock.Advance(3 * time.Second)
		case err != nil:
			o.t.Fatal(err)
		case !did:
			return
		}
	}
}

// pass lets time go by, working.
func (o *office) pass(d time.Duration) {
	o.t.Helper()
	for step := 2 * time.Second; d > 0; d -= step {
		o.clock.Advance(step)
		o.work()
	}
}

func (o *office) get(q requests.Request) requests.Request {
	o.t.Helper()
	now, err := o.Get(o.t.Context(), o.DB, q.ID)
	check(o.t, err)
	return now
}

func (o *office) items(q requests.Request) []requests.Item {
	o.t.Helper()
	all, err := o.Items(o.t.Context(), o.DB, q.ID)
	check(o.t, err)
	return all
}

func (o *office) count(query string, args ...any) (n int) {
	o.t.Helper()
	check(o.t, o.DB.QueryRow(o.t.Context(), query, args...).Scan(&n))
	return n
}

// signed checks that every document of a request has one good signature.
func (o *office) signed(q requests.Request) {
	o.t.Helper()
	if now := o.get(q); now.State != requests.Approved {
		o.t.Fatalf("the request is %s %s", now.State, now.Code)
	}
	for _, i := range o.items(q) {
		document, err := o.Result(o.t.Context(), i)
		check(o.t, err)
		rep, err := signing.Verify(document, o.phone.CA.Roots(), o.clock.Now())
		if err != nil || !rep.Valid() || len(rep.Signatures) != 1 || !rep.Signatures[0].Whole {
			o.t.Errorf("%s: %v, %+v", i.Name, err, rep)
		}
	}
	if n, _ := o.phone.Transactions(); n != o.count(`SELECT COUNT(*) FROM requests_requests WHERE state <> 'failed'`) {
		o.t.Errorf("the phone was asked %d times", n)
	}
	if n := o.count(`SELECT COUNT(*) FROM events_outbox WHERE body LIKE '%'||$1||'%'`, string(q.ID)); n != 1 {
		o.t.Errorf("the end was told %d times", n)
	}
}

func each(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newOffice(t, d, c)) })
}

func TestOneApprovalForSeveral(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		q := o.mustStart("a", "b", "c")
		o.pass(10 * time.Second)
		if now := o.get(q); now.State != requests.Waiting {
			t.Fatalf("it is %s", now.State)
		}
		if _, words := o.phone.Transactions(); words != "Ký 3 văn bản. Mã đối chiếu: "+requests.Figures(q.Compare) {
			t.Errorf("the phone shows %q", words)
		}
		o.phone.Set(func(p *requeststest.Phone) { p.Backwards = true }) // out of order
		if n, err := o.phone.Approve(); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		o.pass(15 * time.Second)
		o.signed(q)
		for event, want := range map[audit.Event]int{requests.AuditRequested: 1, requests.AuditApproved: 1, requests.AuditExpired: 0} {
			if n := o.count(`SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(event), string(q.ID)); n != want {
				t.Errorf("%s was recorded %d times", event, n)
			}
		}
		var user string
		check(t, o.DB.QueryRow(t.Context(), `SELECT user_sealed FROM requests_requests`).Scan(&user))
		if strings.Contains(user, "089176") {
			t.Error("a personal number is kept in clear")
		}
	})
}

// Wherever the power is cut, and whichever answer is lost, there is one
// transaction and one signature.
func TestNeverASecondSignature(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		for n, fault := range []func(){
			func() { o.trip = "sent" },
			func() { o.trip = "answered" },
			func() { o.phone.Set(func(p *requeststest.Phone) { p.Loses = 1 }) },
			func() { o.phone.Set(func(p *requeststest.Phone) { p.Drops = 2 }) },
			func() { o.phone.Set(func(p *requeststest.Phone) { p.Loses, p.Dumb = 1, 2 }) },
		} {
			q := o.mustStart(fmt.Sprint("x", n))
			fault()
			o.pass(2*jobs.Lease + 20*time.Second)
			if _, err := o.phone.Approve(); err != nil {
				t.Fatal(err)
			}
			o.pass(20 * time.Second)
			o.signed(q)
			if sends := o.phone.Sends(q.ID); sends != 1 { // what was taken is asked for, not sent again
				t.Errorf("fault %d: the phone took it %d times", n, sends)
			}
		}
		for _, at := range []string{"asked", "embedded", "staged", "kept"} {
			q := o.mustStart(at+"1", at+"2")
			o.pass(6 * time.Second)
			if _, err := o.phone.Approve(); err != nil {
				t.Fatal(err)
			}
			o.trip = at
			o.pass(2*jobs.Lease + 20*time.Second)
			if o.trip != "" {
				t.Errorf("%s: the power was not cut", at)
			}
			o.signed(q)
			if n := o.count(`SELECT COUNT(*) FROM files_files WHERE subject_id = $1`, string(q.ID)); n != 4 {
				t.Errorf("%s: %d files, want two prepared and two signed", at, n)
			}
		}
	})
}

// What arrives is not believed: each bad answer has its words, and nothing is embedded.
func TestBadAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		item := func(name string, want *errs.Error, misbehave func(p *requeststest.Phone)) {
			t.Helper()
			q := o.mustStart(name)
			o.pass(6 * time.Second)
			misbehave(o.phone)
			if _, err := o.phone.Approve(); err != nil {
				t.Fatal(err)
			}
			o.pass(20 * time.Second)
			if i := o.items(q)[0]; i.State != requests.ItemFailed || i.Code != want.Code {
				t.Errorf("%s: %s %s", name, i.State, i.Code)
			}
			o.phone.Set(func(p *requeststest.Phone) { p.Leaves = 0 })
		}
		item("a signature left out", requests.ErrMissing, func(p *requeststest.Phone) { p.Set(func(p *requeststest.Phone) { p.Leaves = 1 }) })
		other := o.phone.Issue(t, "Người khác", o.clock.Now())
		item("another certificate", requests.ErrSignature, func(p *requeststest.Phone) { p.Use(other) })

		for n, refusal := range []*errs.Error{requests.ErrCredentials, requests.ErrSuspended, requests.ErrClock, requests.ErrDenied} {
			q := o.mustStart(fmt.Sprint("refused", n))
			o.phone.Set(func(p *requeststest.Phone) { p.Fails = refusal })
			o.pass(4 * time.Second)
			if now := o.get(q); now.State != requests.Failed || now.Code != refusal.Code || o.items(q)[0].State != requests.ItemFailed {
				t.Errorf("%s: %s %s", refusal.Code, now.State, now.Code)
			}
			o.phone.Set(func(p *requeststest.Phone) { p.Fails = nil })
		}
		declined := o.mustStart("declined")
		o.pass(6 * time.Second)
		o.phone.Decline()
		o.pass(12 * time.Second)
		if now := o.get(declined); now.State != requests.Refused || o.items(declined)[0].State != requests.ItemRefused {
			t.Errorf("declined: %s", now.State)
		}
	})
}

// After the end an answer is recorded and not used; the document can be asked for again.
func TestLateAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		expired := o.mustStart("a")
		o.pass(6 * time.Minute)
		if now := o.get(expired); now.State != requests.Expired {
			t.Fatalf("after six minutes it is %s", now.State)
		}
		cancelled := o.mustStart("b")
		o.pass(4 * time.Second)
		ctx := t.Context()
		check(t, o.DB.Write(ctx, func(tx *db.Tx) error { return o.Cancel(ctx, tx, o.actor, cancelled.ID) }))
		if err := o.DB.Write(ctx, func(tx *db.Tx) error { return o.Cancel(ctx, tx, o.actor, cancelled.ID) }); !errors.Is(err, requests.ErrEnded) {
			t.Errorf("cancelled twice: %v", err)
		}
		again := o.mustStart("b") // nothing stands in its way
		o.pass(4 * time.Second)
		if n, err := o.phone.Approve(); n != 3 || err != nil {
			t.Fatal(n, err)
		}
		o.pass(8 * time.Minute)
		for _, q := range []requests.Request{expired, cancelled} {
			if now := o.get(q); now.Late != string(requests.Agreed) || now.State == requests.Approved {
				t.Errorf("%s, late %q", now.State, now.Late)
			}
			if i := o.items(q)[0]; i.State == requests.ItemSigned {
				t.Error("a late signature was used")
			}
			if n := o.count(`SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(requests.AuditLate), string(q.ID)); n != 1 {
				t.Errorf("recorded %d times", n)
			}
		}
		o.signed(again)
	})
}

// One open request for a step of a document, whoever asks at once; certificates
// that are not in force, and clocks that are off, are refused in words.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		told := map[bool]int{}
		for range 4 {
			wg.Go(func() {
				_, err := o.start("same")
				mu.Lock()
				defer mu.Unlock()
				if err != nil && !errors.Is(err, requests.ErrOpen) {
					t.Error(err)
				}
				told[err == nil]++
			})
		}
		wg.Wait()
		if told[true] != 1 {
			t.Errorf("%d requests for one document", told[true])
		}
		for want, change := range map[*errs.Error]func(c *keystore.Certificate){
			requests.ErrCertificate: func(c *keystore.Certificate) { c.State = keystore.Suspended },
			requests.ErrProvider:    func(c *keystore.Certificate) { c.Provider = "ai-do" },
		} {
			kept := o.cert
			change(&o.cert)
			if _, err := o.start("other"); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
			o.cert = kept
		}
		if _, err := o.start(); !errors.Is(err, requests.ErrMany) {
			t.Errorf("no document: %v", err)
		}
		at := o.clock.Now()
		o.clock.Advance(365 * 24 * time.Hour)
		if _, err := o.start("other"); !errors.Is(err, requests.ErrCertificate) {
			t.Errorf("a certificate that has run out: %v", err)
		}
		later := requeststest.New(t, "Mai", at.AddDate(5, 0, 0)) // our clock is years behind
		o.cert = later.Certificate(t)
		if _, err := o.start("other"); !errors.Is(err, requests.ErrNotYet) {
			t.Errorf("a certificate of tomorrow: %v", err)
		}
	})
}

// Two workers with the same answer keep one signed document.
func TestTwoWorkersAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		q := o.mustStart("a", "b")
		o.pass(4 * time.Second)
		_, err := o.phone.Approve()
		check(t, err)
		var body string
		check(t, o.DB.QueryRow(t.Context(), `SELECT body FROM jobs_queue`).Scan(&body))
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := o.Ask(t.Context(), []byte(body)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		o.pass(20 * time.Second)
		o.signed(q)
		if n := o.count(`SELECT COUNT(*) FROM files_files WHERE subject_id = $1`, string(q.ID)); n != 4 {
			t.Errorf("%d files, want two prepared and two signed", n)
		}
	})
}

// A lying or silent time-stamp server keeps a signature from being finished, and
// nothing more: it is finished when the server is back.
func TestTimeStamps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		tsa, err := o.phone.CA.Issue(signing.Subject{Name: "Dấu thời gian", Stamps: true, Key: signing.RSA2048, From: o.clock.Now().AddDate(0, -1, 0), Until: o.clock.Now().AddDate(5, 0, 0)}) // the token library looks at the wall
		check(t, err)
		good := o.phone.CA.Stamper(tsa, o.clock.Now)
		stamps := []signing.Stamper{
			func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no route") },
			func(context.Context, []byte) ([]byte, error) { return []byte("no token"), nil },
			func(ctx context.Context, hash []byte) ([]byte, error) {
				return good(ctx, append([]byte{hash[0] ^ 1}, hash[1:]...))
			},
		}
		o.deps.Stamp = func(ctx context.Context, hash []byte) ([]byte, error) {
			if len(stamps) == 0 {
				return good(ctx, hash)
			}
			bad := stamps[0]
			stamps = stamps[1:]
			return bad(ctx, hash)
		}
		o.Service = requests.New(o.deps)
		q := o.mustStart("a")
		o.pass(4 * time.Second)
		_, err = o.phone.Approve()
		check(t, err)
		o.pass(time.Minute)
		o.signed(q)
		document, err := o.Result(t.Context(), o.items(q)[0])
		check(t, err)
		if rep, err := signing.Verify(document, o.phone.CA.Roots(), o.clock.Now()); err != nil || rep.Signatures[0].Stamped.IsZero() || len(stamps) != 0 {
			t.Errorf("not stamped: %v, %d left", err, len(stamps))
		}
	})
}

// Callbacks wake, twice at once too, and are believed no more than that.
func TestWake(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		q := o.mustStart("a")
		o.work()
		o.pass(30 * time.Second) // asked every few seconds by now
		_, err := o.phone.Approve()
		check(t, err)
		for range 3 {
			check(t, o.Wake(t.Context(), requeststest.Name, q.ID))
		}
		check(t, o.Wake(t.Context(), "another", q.ID))
		check(t, o.Wake(t.Context(), requeststest.Name, "no-such"))
		o.work() // no time has passed
		o.signed(q)
		o.pass(time.Minute)
		if n := o.count(`SELECT COUNT(*) FROM jobs_queue`); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
		o.clock.Advance(31 * 24 * time.Hour) // a month later the owners have what they use
		if _, err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := o.count(`SELECT COUNT(*) FROM files_files WHERE erased_at IS NULL`); n != 0 {
			t.Errorf("%d documents are left", n)
		}
		lost := o.mustStart("b")
		check(t, o.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM jobs_queue`)
			return err
		}))
		o.clock.Advance(11 * time.Minute)
		if n, err := o.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		o.work()
		if now := o.get(lost); now.State != requests.Expired {
			t.Errorf("a request whose job was lost is %s", now.State)
		}
	})
}

func TestEveryErrorHasWords(t *testing.T) {
	t.Parallel()
	source, err := requests.Locales()
	check(t, err)
	c, err := i18n.Load(source)
	check(t, err)
	for _, e := range []*errs.Error{
		requests.ErrNotFound, requests.ErrOpen, requests.ErrEnded, requests.ErrMany, requests.ErrCertificate, requests.ErrNotYet, requests.ErrProvider,
		requests.ErrNoAnswer, requests.ErrUnknown, requests.ErrCredentials, requests.ErrSuspended, requests.ErrClock, requests.ErrDenied,
		requests.ErrSignature, requests.ErrMissing, requests.ErrStamp, requests.ErrBroken,
	} {
		if !c.Has(e.Code) {
			t.Errorf("%s has no message", e.Code)
		}
	}
	for _, e := range requests.AuditEvents() {
		if !c.Has("audit." + string(e)) {
			t.Errorf("%s has no message", e)
		}
	}
}
