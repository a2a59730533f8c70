// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

// The queries that are asked with each page of a dossier.
const (
	OfSubject = query + ofSubject
	HistoryOf = historyOf
)
