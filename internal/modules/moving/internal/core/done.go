// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/db"
)

// doneRow is a step that was done there; of is the code of its dossier.
type doneRow struct {
	dossiers.DoneElsewhere
	of string
}

// doneOf reads a step that was done there. One without a key of its own is known by what
// it says.
func doneOf(rows *dump.Rows, m mapping.File, now time.Time) (d doneRow, wrong *refusal) {
	c := &cells{rows: rows, table: m.Tables[mapping.Done]}
	d.of = word(c.need(mapping.Dossier))
	d.At = c.day(mapping.At, now)
	if d.At.IsZero() {
		c.refuse(mapping.At, "moving.reject.empty", "")
	}
	d.Deed = dossiers.Deed{Step: c.need(mapping.Name), By: c.get(mapping.By), Note: c.get(mapping.Note)}
	if d.Word = c.get(mapping.Key); d.Word == "" {
		sum := sha256.Sum256([]byte(strings.Join([]string{c.get(mapping.At), d.Step, d.By, d.Note}, "\x00")))
		d.Word = hex.EncodeToString(sum[:16])
	}
	return d, c.wrong
}

func (g *going) putDone(ctx context.Context, tx *db.Tx, r *Run, all []doneRow) error {
	words := make([]string, 0, len(all))
	for _, d := range all {
		words = append(words, d.of)
	}
	there, err := g.store.FindRows(ctx, tx, g.wave.Source, unique(words))
	if err != nil {
		return err
	}
	var here []dossiers.DoneElsewhere
	for _, d := range all {
		row, known := there[d.of]
		if !known || row.Wave != g.wave.ID {
			r.Outside++
			continue
		}
		d.Dossier = dossiers.ID(row.Dossier)
		here = append(here, d.DoneElsewhere)
	}
	r.Steps += len(here)
	return g.Dossiers.KeepSteps(ctx, tx, here)
}
