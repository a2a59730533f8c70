// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
)

// doJobs does what waits in the background.
func (w *world) doJobs(t *testing.T) {
	t.Helper()
	handlers := map[jobs.Kind]jobs.Handler{}
	for _, m := range w.Parts.All() {
		maps.Copy(handlers, m.Jobs)
	}
	for did := true; did; {
		var err error
		did, err = jobs.Work(t.Context(), w.DB, handlers)
		must(t, err)
	}
	for more := true; more; {
		var err error
		more, err = w.Parts.Index.Step(t.Context())
		must(t, err)
	}
}

// archive returns the files of the archive of somebody's data.
func (w *world) archive(t *testing.T, who string) map[string]string {
	t.Helper()
	made := ask[struct{ ID string }](t, w, who, http.MethodPost, "/api/v1/me/data/archives", "{}")
	w.doJobs(t)
	got := w.send(t, who, http.MethodGet, "/api/v1/privacy/archives/"+made.ID, "")
	z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatalf("%d %v", got.status, err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		must(t, r.Close())
		all[f.Name] = string(text)
	}
	return all
}

// kept says which holder hands over what stands in a table about somebody, or why
// nobody does ("-" and the reason).
func kept() map[string]string {
	const (
		act   = "- an act of an official in office: the audit log has it, and whose data it is sees it there"
		way   = "- opens a door or is on its way; what it says stands elsewhere"
		guard = "- belongs to the defence of the installation; the owner sees the sign-in log"
	)
	return map[string]string{
		"identity_persons": "identity", "identity_accounts": "identity", "identity_totp": "identity", "identity_passkeys": "identity",
		"identity_sign_ins": "sign-ins", "identity_sessions": "sign-ins", "identity_devices": "sign-ins",
		"identity_passwords": way, "identity_totp_used": way, "identity_recovery_codes": way, "identity_steps": way, "identity_recoveries": act, "refusals_entries": guard, "once_calls": way,
		"access_holdings": "posts", "access_assignments": "posts", "access_objects": act,
		"signon_links": "sign-on", "signon_differences": "sign-on", "signon_consents": "sign-on", "signon_clients": "- the account of a system", "signon_kept": way, "signon_answers": way, "signon_keys": "- keys of ours", "signon_saml_keys": "- keys of ours", "signon_outside": way,
		"persons_representations": "persons", "persons_guardianships": "persons", "persons_members": "persons", "persons_households": "persons", "persons_claims": "persons",
		"persons_history": act, "persons_acting": "- which page a session shows", "persons_merges": "identity", "persons_pairs": "- a guess; found true it becomes a merge",
		"dossiers_drafts": "dossiers", "dossiers_dossiers": "dossiers", "dossiers_results": "dossiers", "dossiers_supplements": "dossiers", "dossiers_motions": "dossiers", "dossiers_transfers": "- between offices; that another unit decides stands in the dossier", "dossiers_revocations": "dossiers", "dossiers_requests": way, "dossiers_seen": act, "dossiers_signatures": act, "dossiers_letter_signatures": act,
		"dossiers_opinions": "- between offices; its outcome stands in the dossier", "files_files": "dossiers", "files_uploads": way, "files_parts": way, "files_pictures": "- drawn from the file",
		"notify_inbox": "notices", "notify_contacts": "notices", "notify_people": "notices", "notify_devices": "notices", "notify_messages": way, "notify_keys": "- keys of ours", "notify_digests": way,
		"holdings_papers": "holdings", "holdings_shares": "holdings", "holdings_looks": "holdings", "holdings_uses": act,
		"dossiers_successions": "- who takes over and by which paper; the dossier is the heir's then, and hands it over", "dossiers_custody": act, "dossiers_handings": act, "dossiers_assigned": act,
		"dossiers_rules": act, "dossiers_rule_versions": act, "dossiers_rule_areas": act, "digitising_samples": act,
		"payments_orders": "payments", "payments_receipts": "payments", "payments_payees": "- the account of an office", "payments_differences": "- a line of a bank that fits nobody, or an order that is handed over",
		"dossiers_handovers": "- who fetched a result for its owner, with the number of that person: theirs, not the owner's; that it was fetched stands in the dossier",
		"dossiers_demands":   "- what another agency wants to be paid first; it stands on the page of the dossier, which is handed over",
		"moving_parties":     "- a person of an older system on the way in; what it became is handed over by identity", "moving_files": "- names of files that an older system keeps",
		"post_wishes": "post", "post_parcels": "post", "post_incoming": "- what stands on an envelope; opened, it is a dossier, which is handed over",
		"lookups_asked": act, "lookups_taken": act,
		"lifeevents_bundles": "- whose linked dossier it is; the dossier itself is handed over", "lifeevents_legs": "- what was told to another agency comes from the dossier, which is handed over; what it gave is on the page of the dossier",
		"appointments_bookings": "- by a telephone number and a code, erased thirty days after the day; who has the code sees it at /lich-hen",
		"satisfaction_asked":    "- that a dossier may be answered about, and was; what was answered is nobody's", "satisfaction_box": "- nobody's: it holds neither person nor dossier", "satisfaction_followups": "- as satisfaction_box; a contact that somebody left is erased when it is closed",
		"connectors_heard": "- up to where a partner has told us of something, by its code", "dossiers_mirrors": "- by what another system knows a dossier and its result; both stand on the page of the dossier",
		"dossiers_keepers": "- which system owned the status of a dossier, from when", "mirrors_decisions": act,
		"connectors_outbox": "connections", "connectors_inbound": "connections", "connectors_calls": "connections",
		"digitising_papers": "- read from a scan, on its way: what is sealed enters the vault, which hands it over",
		"finder_recent":     "questions", "finder_saved": "questions",
		"privacy_consents": "privacy", "privacy_requests": "privacy", "privacy_steps": act, "privacy_restrictions": "privacy", "privacy_archives": "- this archive",
		"privacy_breaches": "- the file of an incident; whose data it was is told by its notice", "privacy_breach_log": act,
		"audit_records": "audit", "audit_subjects": "audit", "search_parts_a": "- made anew from dossiers", "search_parts_b": "- made anew from dossiers",
		"keystore_certificates": "- of the office: its own page lists them", "keystore_imports": way, "requests_requests": act, "requests_tokens": way, "workflow_history": act, "workflow_absences": act,
		"vault_exports": act, "authoring_writers": act, "authoring_history": act, "oversight_notes": act,
		"personnel_moves": "- a decision about an official: what it gave or took stands under posts", "personnel_handovers": act, "personnel_grants": "- as personnel_moves", "personnel_reviews": act,
		"personnel_emergencies": act, "personnel_closures": act, "personnel_unused": act, "personnel_imports": "- a list on its way; what it made stands under identity and posts", "processes_absences": act,
		"systems_hooks":          "- who entered where a system is told of changes; an act of office, and it stands in the audit log",
		"registers_proposals":    "- on its way; what it became is a record, which says itself what is personal",
		"registers_import_notes": "- rows of a file on its way, forgotten after 90 days; what it became are records",
		"support_first_days":     "- which hints a page still shows",
		"personnel_duty_shifts":  "- the plan of an office; one's own shifts stand at /truc/cua-toi", "personnel_duty_people": "- one row to lock while shifts are entered", "personnel_duty_files": "- a list on its way; what it made are shifts",
		"books_batches": act, "books_uploads": "- a file on its way, for a day; the record has it then", "books_certificates": act, "books_views": "- how a register is laid out; it keeps no words", "books_first_views": "- which of them comes first",
		"dossiers_views": "- how a work list is laid out; it keeps no words", "dossiers_first_views": "- which of them comes first", "dossiers_notes": act, "dossiers_annexes": "dossiers",
		"dossiers_earlier": "- who did what in an older system, in its words: between officials",
		"persons_deaths":   act, "persons_requests": "- on its way, at /dai-dien; what it became stands under persons", "finder_looks": "- when a shared search was last looked at",
	}
}

// Every table with somebody in it, by the name of a column or because something
// sealed stands in it, has a holder that hands it over, or a reason. Every holder
// then really hands over what was made for it.
func TestEverythingKeptAboutSomebodyIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	sealed, err := w.SealedColumns(t.Context(), w.DB)
	must(t, err)
	about := map[string]bool{}
	for _, s := range sealed {
		about[s.Table] = true
	}
	people := []string{"person", "person_id", "account", "account_id", "represented", "agent", "ward", "guardian", "claimant", "from_person", "asked_person", "owner_id", "submitter_id", "login"}
	for _, c := range schema(t, w.DB) {
		about[c.table] = about[c.table] || slices.Contains(people, c.name)
	}
	named := kept()
	holders := map[string]bool{}
	for table, on := range about {
		if !on || strings.HasPrefix(table, "reg_") { // registers say themselves what is personal
			continue
		}
		at, ok := named[table]
		if !ok {
			t.Errorf("%s has somebody in it, and nobody hands it over", table)
		}
		if !strings.HasPrefix(at, "- ") {
			holders[at] = true
		}
	}

	const mother, clerk = "dan.vothihoa", "motcua.longxuyen"
	o := objects{t: t, w: w}
	f := o.file()
	ask[any](t, w, clerk, http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
	ask[any](t, w, clerk, http.MethodGet, "/api/v1/dossiers/"+f.ID+"?purpose=handling", "")
	w.digitised(t, owner, pension(), procedureID, "ho-ngheo", "giay-ho-ngheo", "77/CN-HN")
	for _, who := range []string{owner, mother} {
		ask[any](t, w, who, http.MethodPost, "/api/v1/search/saved", `{"name":"Việc của tôi","question":"giấy khai sinh"}`)
		ask[any](t, w, who, http.MethodPut, "/api/v1/notice-settings", `{"language":"en"}`)
		ask[any](t, w, who, http.MethodPost, "/api/v1/me/data/requests", `{"kind":"correct","words":"Sửa ngày sinh"}`)
	}
	w.doJobs(t)
	// An official is a citizen as well: one person with two accounts.
	office, _, err := w.People.FindAccount(t.Context(), w.DB, "vanthu.longxuyen")
	must(t, err)
	citizen, _, err := w.People.FindAccount(t.Context(), w.DB, mother)
	must(t, err)
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := w.People.MoveAccount(t.Context(), tx, office.ID, office.Person, citizen.Person)
		return err
	}))
	all := map[string]string{}
	for _, who := range []string{owner, mother} {
		for name, text := range w.archive(t, who) {
			all[name] += text
		}
	}
	for name := range holders {
		var records []json.RawMessage
		text, there := all["data/"+name+".json"]
		if !there {
			t.Errorf("the archive has no part of %s", name)
		}
		if first := json.NewDecoder(strings.NewReader(text)); there && first.Decode(&records) != nil {
			t.Errorf("%s: %.100s", name, text)
		}
	}
	for name, want := range map[string][]string{
		"dossiers": {"H01.103-"}, "identity": {"089058000001", "dan.vothihoa"}, "audit": {"handling"}, "posts": {"phuong-long-xuyen", "records"}, "questions": {"giấy khai sinh"}, "privacy": {"Sửa ngày sinh"},
		"persons": {"Trần Gia Hân", "parent", "head", "khóm Thử Nghiệm"}, "notices": {"dossiers.accepted", `"language": "en"`},
	} {
		for _, words := range want {
			if text := all["data/"+name+".json"]; !strings.Contains(text, words) && !strings.Contains(strings.ReplaceAll(text, `":"`, `": "`), words) {
				t.Errorf("%s lacks %q: %.600s", name, words, text)
			}
		}
	}
}

// Two persons who are one: what was the one's is the other's everywhere, in the
// search, in consents and in the archive, and goes back when the merge is undone.
func TestTwoPersonsWhoAreOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const two, admin, leader, clerk = "dan.vothihoa", "quantri.longxuyen", "lanhdao.longxuyen", "motcua.longxuyen"
		person := func(login string) string {
			t.Helper()
			a, _, err := w.People.FindAccount(t.Context(), w.DB, login)
			must(t, err)
			return a.Person
		}
		from, to := person(owner), person(two)
		o := objects{t: t, w: w}
		f := o.file()
		ask[any](t, w, clerk, http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
		type purpose struct{ ID, SHA256 string }
		for _, p := range ask[struct{ Items []purpose }](t, w, owner, http.MethodGet, "/api/v1/privacy/purposes", "").Items {
			if p.SHA256 != "" {
				ask[any](t, w, owner, http.MethodPost, "/api/v1/me/consents", `{"purpose":"`+p.ID+`","sha256":"`+p.SHA256+`"}`)
			}
		}
		w.doJobs(t)
		// What the citizen without a word in the dossier sees of it.
		sees := func(who string) (found, consents bool) {
			t.Helper()
			w.doJobs(t)
			hits := w.send(t, who, http.MethodGet, "/api/v1/search?q="+f.Reference, "")
			agreed := w.send(t, who, http.MethodGet, "/api/v1/me/consents", "")
			return strings.Contains(hits.body, f.ID), strings.Contains(agreed.body, "nhan-tin-tien-do")
		}
		if found, agreed := sees(owner); !found || !agreed {
			t.Fatalf("before, the owner: %v %v", found, agreed)
		}
		if found, agreed := sees(two); found || agreed {
			t.Errorf("before, the other: %v %v", found, agreed)
		}
		ask[any](t, w, admin, http.MethodGet, "/api/v1/persons/"+from+"?purpose=handling", "") // read under the old name
		m := ask[struct{ ID string }](t, w, admin, http.MethodPost, "/api/v1/person-merges", `{"from":"`+from+`","to":"`+to+`","words":"Khai hai lần"}`)
		ask[any](t, w, leader, http.MethodPost, "/api/v1/person-merges/"+m.ID+"/decide", `{"right":true}`)
		if found, agreed := sees(two); !found || !agreed {
			t.Errorf("merged, the other: found %v, agreed %v", found, agreed)
		}
		all := w.archive(t, two)
		for name, want := range map[string]string{"identity": "089058000001", "dossiers": "H01.103-", "audit": "persons.person_read", "privacy": "nhan-tin-tien-do", "notices": "dossiers.accepted"} {
			if !strings.Contains(all["data/"+name+".json"], want) {
				t.Errorf("merged, %s lacks %q: %.400s", name, want, all["data/"+name+".json"])
			}
		}
		// Who is two again must not keep an archive of both: the merge stays until it is gone.
		if early := w.send(t, leader, http.MethodPost, "/api/v1/person-merges/"+m.ID+"/undo", `{"words":"Là hai người"}`); early.status != http.StatusConflict || !strings.Contains(early.body, "persons.built") {
			t.Errorf("undone while an archive of both is there: %d %s", early.status, early.body)
		}
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM privacy_archives WHERE person_id = $1`, to) // as after seven days
			return err
		}))
		ask[any](t, w, leader, http.MethodPost, "/api/v1/person-merges/"+m.ID+"/undo", `{"words":"Là hai người"}`)
		if found, agreed := sees(two); found || agreed {
			t.Errorf("undone, the other: found %v, agreed %v", found, agreed)
		}
		if found, agreed := sees(owner); !found || !agreed {
			t.Errorf("undone, the owner: found %v, agreed %v", found, agreed)
		}
	})
}
