// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package privacy

import "tinhso.vn/internal/platform/db"

// Breach is a violation of the protection of personal data (hồ sơ vi phạm dữ
// liệu cá nhân), by the fields of domain facts F.5.
type Breach struct {
	ID, Code     string // VPDL-2026-0001
	Title        string
	Nature       string // n1 … n9: malware, intrusion … (domain facts F.5)
	Severity     string // m1 … m4: internal, no law defines them yet
	Serious      bool   // the first notice is due within 24 hours
	Harm         bool   // it may harm people: the authority is told
	TellSubjects bool   // location, biometric or sensitive financial data: the people are told too
	System       string
	FoundBy      string
	Description  string
	Data         string // which categories
	Subjects     int    // how many people, as estimated
	Measures     string
	FoundAt      db.Time // T0
	Opened       db.Time
	OpenedBy     string // account
	Responsible  string // account
	SeriousDue   db.Time
	AuthorityDue db.Time
	SubjectsDue  db.Time
	SeriousTold  db.Time
	Told         db.Time // the authority
	SubjectsTold db.Time
	Lessons      string
	Closed       db.Time
	ClosedBy     string
	KeptUntil    db.Time // the file itself
}

// Next returns the nearest clock that runs, and for what; zero where none does.
func (b Breach) Next() (due db.Time, what string) {
	if !b.Closed.IsZero() {
		return db.Time{}, ""
	}
	for _, c := range []struct {
		due, told db.Time
		what      string
	}{{b.SeriousDue, b.SeriousTold, "breach_serious"}, {b.AuthorityDue, b.Told, "breach_authority"}, {b.SubjectsDue, b.SubjectsTold, "breach_subjects"}} {
		if c.due.IsZero() || !c.told.IsZero() {
			continue
		}
		if due.IsZero() || c.due.Before(due.Time) {
			due, what = c.due, c.what
		}
	}
	return due, what
}

// Natures returns the natures of breaches.
func Natures() []string { return []string{"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"} }

// Severities returns the severities of breaches.
func Severities() []string { return []string{"m1", "m2", "m3", "m4"} }
