// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/cel"
)

// compile reads the formulas of a layout, in the order of its columns.
func compile(l statistics.Layout) ([]*cel.Program, error) {
	vars := map[string]cel.Type{}
	for _, name := range statistics.Variables() {
		vars[name] = cel.Int
	}
	env, err := cel.NewEnv(vars)
	if err != nil {
		return nil, err
	}
	all := make([]*cel.Program, len(l.Columns))
	for i, c := range l.Columns {
		if all[i], err = env.Compile(c.Formula, cel.Int); err != nil {
			return nil, statistics.ErrLayout.With("layout", l.ID+"."+c.ID).Because(err)
		}
	}
	return all, nil
}

// values are what a formula may read of a figure.
func values(f dossiers.Figure) map[string]any {
	return map[string]any{
		"opening": f.Opening, "counter": f.Received[dossiers.Counter], "online": f.Received[dossiers.Online], "post": f.Received[dossiers.Post], "received": f.In(),
		"early": f.Early, "on_time": f.OnTime, "late": f.Late, "undated": f.Undated, "solved": f.Solved(), "withdrawn": f.Withdrawn, "stopped": f.Stopped,
		"refused": f.Refused, "ended": f.Out(), "asked": f.Asked, "closing": f.Closing, "closing_late": f.ClosingLate, "paused": f.Paused,
	}
}
