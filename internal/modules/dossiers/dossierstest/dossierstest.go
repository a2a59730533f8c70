// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dossierstest makes a small province with people in it, and dossiers,
// for tests. It is not part of the program.
package dossierstest

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// PDF is a small file that is what its name says.
const PDF = pdftest.Small

// Migrations are the tables that dossiers stand on.
func Migrations() []db.Migrations {
	return []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(), events.Migrations(),
		sequence.Migrations(), files.Migrations(), workflow.Migrations(), requests.Migrations(), store.Migrations(),
	}
}

// World is a province with two wards, one department and people who work there.
type World struct {
	DB         *db.DB
	Service    *core.Service
	Deps       core.Deps
	Flow       *workflow.Engine
	Procedures *procedurestest.Finder
	Blobs      string        // the folder of files
	Keys       *devkeys.Keys // of those who sign here

	Citizen, Neighbour                                            identity.Actor // two residents
	Clerk, Colleague, Officer, Leader, Deputy, Records, Archivist identity.Actor // of the ward Long Xuyên
	Second                                                        identity.Actor // another officer of that ward
	OtherClerk, OtherOfficer, OtherLeader                         identity.Actor // of the ward Châu Đốc
	DeptOfficer                                                   identity.Actor // of the department
	Auditor                                                       identity.Actor // holds nothing here
	Author, Approver                                              identity.Actor // of Word templates, for the province
}

// The units of the world.
const (
	Ward  = "phuong-long-xuyen"
	Other = "phuong-chau-doc"
	Dept  = "so-noi-vu"
)

// posts says what stands above a name.
type posts struct{}

// Post implements core.Posts.
func (posts) Post(context.Context, db.Querier, string) (string, error) {
	return "PHÓ CHỦ TỊCH", nil
}

// WorkingTime is the calendar of the world: 7:30 to 11:30 and 13:30 to 17:30 from Monday to Friday.
func WorkingTime(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for day := time.Monday; day <= time.Friday; day++ {
		week.Days[day] = []calendar.Span{{From: 7*60 + 30, To: 11*60 + 30}, {From: 13*60 + 30, To: 17*60 + 30}}
	}
	c, err := calendar.New(calendar.Config{Weeks: []calendar.Week{week}, Supplement: calendar.Duration{Amount: 10, Unit: calendar.WorkingDay}, Extensions: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// New makes the world in a database that has Migrations.
func New(tb testing.TB, d *db.DB) *World {
	tb.Helper()
	keys := crypt.Ephemeral()
	people := identity.NewDirectory(keys)
	w := &World{DB: d, Procedures: procedurestest.NewFinder(procedurestest.Version(tb)), Blobs: tb.TempDir()}
	blobs, err := blob.Open(w.Blobs, 0)
	check(tb, err)
	tb.Cleanup(func() { _ = blobs.Close() })
	cal := WorkingTime(tb)
	signers := devkeys.New(tb.TempDir(), d, people)
	w.Keys = signers
	w.Flow = &workflow.Engine{Calendar: func(string) *calendar.Calendar { return cal }, Handlers: map[string]workflow.Handler{}}
	w.Deps = core.Deps{
		Flow: w.Flow,
		DB:   d, Keys: keys, Directory: people, Procedures: w.Procedures, Files: files.New(blobs, keys),
		Calendar: func(string) *calendar.Calendar { return cal }, Signers: signers, Signatures: checker(signers, d), Posts: posts{},
		Fonts: pdftest.Fonts(tb), Mark: papers.Simulated, Address: "https://dichvucong.example.vn",
	}
	w.Service = core.New(w.Deps)
	w.Flow.Moved = map[string]func(context.Context, *db.Tx, workflow.Moved) error{"dossier": w.Service.CaseMoved}
	w.populate(tb)
	return w
}

// checker believes the authority of the signers, and more where there are.
func checker(signers *devkeys.Keys, d *db.DB, more ...*x509.Certificate) func(context.Context, []byte) (signing.Report, error) {
	return func(ctx context.Context, document []byte) (signing.Report, error) {
		root, err := signers.Root(ctx)
		if err != nil {
			return signing.Report{}, err
		}
		roots := x509.NewCertPool()
		roots.AddCert(root)
		for _, one := range more {
			roots.AddCert(one)
		}
		return signing.Verify(document, roots, d.Now().Time)
	}
}

// Believing checks documents against the world's own authority and more.
func (w *World) Believing(more ...*x509.Certificate) func(context.Context, []byte) (signing.Report, error) {
	return checker(w.Keys, w.DB, more...)
}

func (w *World) populate(tb testing.TB) {
	tb.Helper()
	ctx := tb.Context()
	own := identity.Place{}
	at := func(unit string) identity.Place { return identity.Place{Unit: unit, Subtree: true} }
	type role struct {
		id   access.RoleID
		perm []identity.Permission
	}
	citizen := role{"citizen", []identity.Permission{dossiers.PermSubmit, dossiers.PermOwn}}
	clerk := role{"clerk", []identity.Permission{dossiers.PermSubmit, dossiers.PermAccept, dossiers.PermView, dossiers.PermDeliver, dossiers.PermAnswer}}
	officer := role{"officer", []identity.Permission{dossiers.PermView, dossiers.PermProcess, dossiers.PermAdvise}}
	leader := role{"leader", []identity.Permission{dossiers.PermView, dossiers.PermSign, dossiers.PermRelease, dossiers.PermAdvise, dossiers.PermAssign, dossiers.PermAnswer}}
	records := role{"records", []identity.Permission{dossiers.PermView, dossiers.PermIssue, dossiers.PermHold}}
	author := role{"author", []identity.Permission{dossiers.PermTemplates}}
	approver := role{"approver", []identity.Permission{dossiers.PermTemplates, dossiers.PermTemplatesApprove}}
	none := role{"auditor", []identity.Permission{"console.audit"}}
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
			{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh Thử Nghiệm"}, Code: "Z01"},
			{ID: Ward, Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Long Xuyên", EN: "Long Xuyên Ward"}, Code: "Z01.103", Address: "Số 1 Giả Định"},
			{ID: Other, Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Châu Đốc"}, ProvisionalCode: "Z01.105"},
			{ID: Dept, Parent: "tinh", Kind: "department", Name: i18n.Text{VI: "Sở Nội vụ"}, Code: "Z01.12", Short: "SNV"},
			{ID: Ward + ".mot-cua", Parent: Ward, Kind: orgs.OneStop, Name: i18n.Text{VI: "Trung tâm Phục vụ hành chính công phường"}},
		}); err != nil {
			return err
		}
		var roles []access.Role
		var known []identity.Permission
		for _, r := range []role{citizen, clerk, officer, leader, records, none, author, approver} {
			roles = append(roles, access.Role{ID: r.id, Name: i18n.Text{VI: string(r.id)}, Permissions: r.perm})
			known = append(known, r.perm...)
		}
		if _, err := access.ApplyRoles(ctx, tx, roles, known); err != nil {
			return err
		}
		for _, p := range []struct {
			to               *identity.Actor
			name, id, number string
			role             role
			place            identity.Place
		}{
			{&w.Citizen, "Nguyễn Văn Bảy", "bay", "089058000001", citizen, own},
			{&w.Neighbour, "Lê Thị Nam", "nam", "089185000002", citizen, own},
			{&w.Clerk, "Trần Thị Mai", "mai", "089190000003", clerk, at(Ward)},
			{&w.Colleague, "Đỗ Thị Lan", "lan", "089190000013", clerk, at(Ward)},
			{&w.Officer, "Phạm Quốc Hưng", "hung", "089088000004", officer, at(Ward)},
			{&w.Leader, "Võ Thị Thanh Hà", "ha", "089176000005", leader, at(Ward)},
			{&w.Deputy, "Lâm Văn Sang", "sang", "089176000015", leader, at(Ward)},
			{&w.Records, "Huỳnh Minh Tâm", "tam", "089092000006", records, at(Ward)},
			{&w.Archivist, "Ngô Văn Út", "ut", "089092000016", records, at(Ward)},
			{&w.OtherClerk, "Lý Văn Khoa", "khoa", "089091000010", clerk, at(Other)},
			{&w.OtherOfficer, "Trương Thị Ánh", "anh", "089193000011", officer, at(Other)},
			{&w.OtherLeader, "Cao Thị Bích", "bich", "089193000021", leader, at(Other)},
			{&w.Second, "Mai Thị Sáu", "sau", "089188000031", officer, at(Ward)},
			{&w.DeptOfficer, "Hồ Văn Tư", "tu", "089088000032", officer, at(Dept)},
			{&w.Auditor, "Ngô Thị Kim Yến", "yen", "089179000009", none, at("tinh")},
			{&w.Author, "Bùi Văn Soạn", "soan", "089079000041", author, at("tinh")},
			{&w.Approver, "Dương Thị Duyệt", "duyet", "089179000042", approver, at("tinh")},
		} {
			person, err := w.Deps.Directory.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: p.name, Number: p.number, Phone: "0900000001"})
			if err != nil {
				return err
			}
			if _, err := w.Deps.Directory.SaveAccount(ctx, tx, identity.Account{ID: p.id, Person: person, Login: p.id}, ""); err != nil {
				return err
			}
			if err := access.Assign(ctx, tx, access.Assignment{Account: p.id, Role: p.role.id, Unit: orgs.ID(p.place.Unit), Subtree: p.place.Subtree}); err != nil {
				return err
			}
			*p.to = identity.Actor{Account: p.id, Person: person, Login: p.id, Name: p.name}
		}
		return nil
	})
	check(tb, err)
	for _, a := range []*identity.Actor{
		&w.Citizen, &w.Neighbour, &w.Clerk, &w.Colleague, &w.Officer, &w.Leader, &w.Deputy, &w.Records, &w.Archivist,
		&w.OtherClerk, &w.OtherOfficer, &w.OtherLeader, &w.Auditor, &w.Second, &w.DeptOfficer, &w.Author, &w.Approver,
	} {
		loaded, err := access.Load(ctx, w.DB, *a, w.DB.Now())
		check(tb, err)
		*a = loaded
	}
}

// Draft begins a draft of the citizen, with a file.
func (w *World) Draft(tb testing.TB) dossiers.ID {
	tb.Helper()
	d, err := w.Service.StartDraft(tb.Context(), w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: Ward})
	check(tb, err)
	_, err = w.Service.Attach(tb.Context(), w.Citizen, d.ID, "to-khai", "tờ khai.pdf", strings.NewReader(PDF))
	check(tb, err)
	return d.ID
}

// Submit sends a complete dossier of the citizen to the ward.
func (w *World) Submit(tb testing.TB) dossiers.ID {
	tb.Helper()
	ctx := tb.Context()
	d, err := w.Service.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: Ward})
	check(tb, err)
	_, _, err = w.Service.SaveAnswers(ctx, w.Citizen, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy", "reason": "Làm thủ tục vay vốn"}`))
	check(tb, err)
	_, err = w.Service.Attach(ctx, w.Citizen, d.ID, "to-khai", "tờ khai.pdf", strings.NewReader(PDF))
	check(tb, err)
	sent, err := w.Service.Submit(ctx, w.Citizen, d.ID)
	check(tb, err)
	return sent.ID
}

// Accepted is Submit, then accepted by the clerk.
func (w *World) Accepted(tb testing.TB) dossiers.ID {
	tb.Helper()
	id := w.Submit(tb)
	_, err := w.Service.Accept(tb.Context(), w.Clerk, id)
	check(tb, err)
	return id
}

// Waiting is Accepted, then asked for a supplement by the officer.
func (w *World) Waiting(tb testing.TB) dossiers.ID {
	tb.Helper()
	id := w.Accepted(tb)
	check(tb, w.Service.AskSupplement(tb.Context(), w.Officer, id, core.Ask{Missing: []core.Missing{{What: "Ghi rõ nơi ở", Why: "Tờ khai bỏ trống"}}}))
	return id
}

// ToSign is Accepted, then appraised, drafted and sent to the leader.
func (w *World) ToSign(tb testing.TB) dossiers.ID {
	tb.Helper()
	id := w.Accepted(tb)
	w.Send(tb, id)
	return id
}

// Send appraises an accepted dossier, drafts its result and sends it to the leader.
func (w *World) Send(tb testing.TB, id dossiers.ID) {
	tb.Helper()
	ctx := tb.Context()
	check(tb, w.Service.Finish(ctx, w.Officer, id, core.Done{}))
	_, err := w.Service.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú tại phường Long Xuyên"})
	check(tb, err)
	_, err = w.Service.SendToSign(ctx, w.Officer, id, w.Leader.Account)
	check(tb, err)
}

// Signed is ToSign, then signed by the leader.
func (w *World) Signed(tb testing.TB) dossiers.ID {
	tb.Helper()
	id := w.ToSign(tb)
	_, err := w.Service.Sign(tb.Context(), w.Leader, id)
	check(tb, err)
	return id
}

// Issued is Signed, then numbered and sealed.
func (w *World) Issued(tb testing.TB) dossiers.ID {
	tb.Helper()
	id := w.Signed(tb)
	_, err := w.Service.Issue(tb.Context(), w.Records, id)
	check(tb, err)
	return id
}

// Count runs a query of one number.
func (w *World) Count(tb testing.TB, query string, args ...any) (n int) {
	tb.Helper()
	check(tb, w.DB.QueryRow(tb.Context(), query, args...).Scan(&n))
	return n
}

// Audited returns how often an event was recorded about a subject.
func (w *World) Audited(tb testing.TB, e audit.Event, subject string) int {
	tb.Helper()
	return w.Count(tb, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(e), subject)
}

// JSON writes a value, to search it for what must not be in it.
func JSON(tb testing.TB, v any) string {
	tb.Helper()
	raw, err := json.Marshal(v)
	check(tb, err)
	return string(raw)
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// HandOver hands the result of a dossier over at the counter.
func (w *World) HandOver(ctx context.Context, actor identity.Actor, id dossiers.ID, receiver string) error {
	return w.Service.Deliver(ctx, actor, id, core.Handover{Receiver: receiver})
}

// Finish ends the step of an actor that has no document of its own.
func (w *World) Finish(ctx context.Context, actor identity.Actor, id dossiers.ID) error {
	return w.Service.Finish(ctx, actor, id, core.Done{})
}

// UseVault makes the service of the world offer papers of a vault.
func (w *World) UseVault(v dossiers.Vault) {
	w.Deps.Vault = v
	w.Service = core.New(w.Deps)
	w.Flow.Moved = map[string]func(context.Context, *db.Tx, workflow.Moved) error{"dossier": w.Service.CaseMoved}
}

// StartAtCounter begins a draft at a counter for somebody, with the answers that
// are needed.
func (w *World) StartAtCounter(tb testing.TB, clerk identity.Actor, name, number string) dossiers.ID {
	tb.Helper()
	ctx := tb.Context()
	d, err := w.Service.StartDraft(ctx, clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru"})
	check(tb, err)
	_, err = w.Service.SaveParties(ctx, clerk, d.ID, core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: name, Number: number}})
	check(tb, err)
	_, _, err = w.Service.SaveAnswers(ctx, clerk, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
	check(tb, err)
	return d.ID
}

// StartOnline begins a draft of somebody on the web, with the answers that are needed.
func (w *World) StartOnline(tb testing.TB, who identity.Actor) dossiers.ID {
	tb.Helper()
	ctx := tb.Context()
	d, err := w.Service.StartDraft(ctx, who, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: Ward})
	check(tb, err)
	_, _, err = w.Service.SaveAnswers(ctx, who, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
	check(tb, err)
	return d.ID
}

// Rename changes for whom a draft at the counter is.
func (w *World) Rename(tb testing.TB, clerk identity.Actor, id dossiers.ID, name, number string) {
	tb.Helper()
	_, err := w.Service.SaveParties(tb.Context(), clerk, id, core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: name, Number: number}})
	check(tb, err)
}
