// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// fill turns the merged nodes into values.
func fill(s *Set, all lists, b *book) {
	s.Units = each(all, "units", readUnit, b)
	s.Legal = each(all, "legal", readLegalDoc, b)
	s.Catalogues = each(all, "catalogues", readCatalogue, b)
	s.Permissions = each(all, "permissions", readPermission, b)
	s.Roles = each(all, "roles", readRole, b)
	s.Procedures = each(all, "procedures", readProcedure, b)
	s.Forms = each(all, "forms", readForm, b)
	s.Flows = each(all, "flows", readFlow, b)
	s.Templates = each(all, "templates", readTemplate, b)
	s.Calendars = each(all, "calendars", readCalendar, b)
	s.Accounts = each(all, "accounts", readAccount, b)
	s.Registers = each(all, "registers", readRegister, b)
	s.Authorities = each(all, "authorities", readAuthority, b)
	s.Watch = each(all, "watch", readWatchRule, b)
	s.Decisions = each(all, "decisions", readDecision, b)
	s.Abolished = each(all, "abolished_papers", readAbolishedPaper, b)
	s.PaperTypes = each(all, "paper_types", readPaperType, b)
	s.SignIn = each(all, "sign_in", readSignInRule, b)
	s.Synonyms = each(all, "synonyms", readSynonym, b)
	s.Notices = each(all, "notices", readNoticeRule, b)
	s.Quiet = each(all, "quiet_hours", readQuietRule, b)
	s.Retention = each(all, "retention", readRetentionRule, b)
	s.Purposes = each(all, "purposes", readPurpose, b)
	s.Layouts = each(all, "report_layouts", readReportLayout, b)
	s.Indicators = each(all, "indicators", readIndicator, b)
	s.Scores = each(all, "scores", readScoreSet, b)
	s.Bundles = each(all, "bundles", readBundle, b)
	s.Lookups = each(all, "lookups", readLookup, b)
	s.Phrases = each(all, "phrases", readPhrase, b)
	s.Terms = each(all, "privacy_terms", readPrivacyTerm, b)
}

func each[T any](all lists, list string, read func(*record) T, b *book) []T {
	var out []T
	of := b.items[list]
	for _, n := range all[list] {
		r := newRecord(n, identity(n), of, b)
		out = append(out, read(r))
		r.done()
	}
	return out
}
