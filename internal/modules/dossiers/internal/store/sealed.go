// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/json"

	"tinhso.vn/internal/platform/crypt"
)

// Sealed names the columns of this module that hold sealed texts.
func Sealed() (all []crypt.Sealed) {
	for _, t := range []struct {
		table   string
		columns []string
	}{
		{draftsTable, []string{"parties_sealed", "answers_sealed"}},
		{table, []string{"owner_sealed", "submitter_sealed", "basis_sealed", "answers_sealed", "receiver_sealed"}},
		{resultsTable, []string{"fields_sealed"}},
		{supplementsTable, []string{"items_sealed", "answer_sealed"}},
		{notesTable, []string{"words_sealed"}},
		{opinionsTable, []string{"question_sealed", "words_sealed"}},
		{motionsTable, []string{"reason_sealed", "words_sealed"}},
		{transfersTable, []string{"reason_sealed", "words_sealed"}},
		{revocationsTable, []string{"reason_sealed", "words_sealed"}},
		{handoversTable, []string{"proof_sealed"}},
		{demandsTable, []string{"lines_sealed"}},
		{successionsTable, []string{"evidence_sealed"}},
		{annexesTable, []string{"said_sealed"}},
		{earlierTable, []string{"said_sealed"}},
	} {
		for _, c := range t.columns {
			s := crypt.Sealed{Table: t.table, Column: c, Key: []string{"id"}}
			if c == "owner_sealed" {
				s.Indexes = []crypt.IndexOf{
					{Column: "owner_number_index", Domain: "person number", Part: ofParty("number")},
					{Column: "owner_phone_index", Domain: "phone", Part: ofParty("phone")},
				}
			}
			all = append(all, s)
		}
	}
	return all
}

// ofParty returns what a party says under a name.
func ofParty(name string) func(string) string {
	return func(plain string) string {
		var party map[string]any
		if err := json.Unmarshal([]byte(plain), &party); err != nil {
			return ""
		}
		value, _ := party[name].(string)
		return value
	}
}
