// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

type changesIn struct {
	Register string `path:"register" maxLength:"100"`
	After    string `query:"after" maxLength:"400" doc:"next of the answer before; nothing: from the oldest that is kept; now: from here on"`
	Limit    int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	Wait     int    `query:"wait" minimum:"0" maximum:"20" doc:"seconds to wait for something new"`
}

// RegisterChange is one change of a register.
type RegisterChange struct {
	Place    int64          `json:"place" doc:"in the feed of the register, without gaps; those between are not for this reader"`
	Kind     string         `json:"kind" enum:"added,changed,removed,register" doc:"of removed nothing else is told; register: another version of the file"`
	Record   string         `json:"record,omitempty"`
	Unit     string         `json:"unit,omitempty"`
	Version  int64          `json:"version"`
	At       db.Time        `json:"at"`
	Fields   []string       `json:"fields,omitempty" doc:"that differ or have left sight; personal ones are named alone"`
	Before   map[string]any `json:"before,omitempty" doc:"of fields"`
	After    map[string]any `json:"after,omitempty" doc:"all that the reader sees"`
	Withheld []string       `json:"withheld,omitempty" doc:"personal fields, read for a purpose only"`
}

type changesOut struct {
	Body struct {
		Items  []RegisterChange `json:"items"`
		Next   string           `json:"next" doc:"send it as after"`
		More   bool             `json:"more,omitempty" doc:"there are more that could be read now"`
		Resync bool             `json:"resync,omitempty" doc:"the place is gone or the rights are others: read the list anew, then go on from next"`
	}
}

func told(c registers.FeedItem) RegisterChange {
	t := RegisterChange{Place: c.Place, Kind: c.Kind, Record: c.Record, Unit: c.Unit, Version: c.Version, At: c.At, Fields: c.Fields, Withheld: c.Withheld}
	if c.Before != nil {
		t.Before = plain(c.Before)
	}
	if c.After != nil {
		t.After = plain(c.After)
	}
	return t
}

func (o operations) changes(ctx context.Context, in *changesIn) (*changesOut, error) {
	f, err := o.svc.Changes(ctx, identity.From(ctx), in.Register, in.After, in.Limit, time.Duration(in.Wait)*time.Second)
	answer := &changesOut{}
	answer.Body.Items, answer.Body.Next, answer.Body.More, answer.Body.Resync = []RegisterChange{}, f.Next, f.More, f.Resync
	for _, c := range f.Items {
		answer.Body.Items = append(answer.Body.Items, told(c))
	}
	return answer, err
}
