// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package persons

import (
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/platform/db"
)

// EventDiedV1 is announced when the death of somebody is confirmed, with a PersonDied.
const EventDiedV1 events.Name = "persons.died.v1"

// PersonDied is the body of EventDiedV1.
type PersonDied struct {
	Person string  `json:"person"`
	At     db.Time `json:"at"` // when it was confirmed
}

// Death is a confirmed death: personal data.
type Death struct {
	Day    string  // YYYY-MM-DD
	Number string  // of the paper that shows it
	Issuer string  // of this paper
	Known  db.Time // since when it is confirmed
}
