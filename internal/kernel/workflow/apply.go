// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Apply brings a definition into the database; applied again it changes
// nothing. A version that is there with other steps is refused: running cases
// keep what they were started with.
func Apply(ctx context.Context, tx *db.Tx, d *Definition) (added bool, err error) {
	defer errs.Wrap(&err, "apply flow %s", d.table.ID)
	text, sum, err := d.Canonical()
	if err != nil {
		return false, err
	}
	steps, file := string(text), ""
	if d.doc != nil {
		steps, file = "", string(text)
	}
	n, err := tx.Exec(ctx, `INSERT INTO workflow_definitions (flow_id, version, sha256, steps, bpmn, added_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (flow_id, version) DO NOTHING`, d.table.ID, d.table.Version, sum, steps, file, tx.Now)
	if err != nil || n == 1 {
		return n == 1, err
	}
	var there string
	if err := tx.QueryRow(ctx, `SELECT sha256 FROM workflow_definitions WHERE flow_id = $1 AND version = $2`,
		d.table.ID, d.table.Version).Scan(&there); err != nil {
		return false, err
	}
	if there != sum {
		return false, ErrChanged.With("flow", d.table.ID).With("version", d.table.Version)
	}
	return false, nil
}

// Load returns a definition that was applied.
func Load(ctx context.Context, q db.Querier, flow string, version int) (d *Definition, err error) {
	defer errs.Wrap(&err, "load flow %s %d", flow, version)
	var text, file string
	err = q.QueryRow(ctx, `SELECT steps, bpmn FROM workflow_definitions WHERE flow_id = $1 AND version = $2`, flow, version).Scan(&text, &file)
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if file != "" {
		return CompileBPMN([]byte(file), bpmn.Known{}) // what it needs was asked for when it was applied
	}
	var t Table
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, err
	}
	return Compile(t, nil)
}

// cache keeps compiled definitions: a version is never changed.
type cache struct {
	mu  sync.Mutex
	all map[version]*Definition
}

type version struct {
	flow   string
	number int
}

// maxCached bounds the memory; a province runs fewer processes at a time.
const maxCached = 500

func (c *cache) load(ctx context.Context, q db.Querier, flow string, number int) (*Definition, error) {
	key := version{flow, number}
	c.mu.Lock()
	d := c.all[key]
	c.mu.Unlock()
	if d != nil {
		return d, nil
	}
	d, err := Load(ctx, q, flow, number)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil || len(c.all) >= maxCached {
		c.all = map[version]*Definition{}
	}
	c.all[key] = d
	return d, nil
}
