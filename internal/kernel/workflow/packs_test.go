// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow_test

import (
	"os"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow"
)

// Every process of every pack must be one that can run.
func TestFlowsOfPacks(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../../../packs")
	names, err := packs.Names(root)
	if err != nil || len(names) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	flows := 0
	for _, name := range names {
		set, err := packs.Load(root, name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, f := range set.Flows {
			flows++
			table := workflow.Table{ID: f.ID, Version: f.Version, Title: i18n.Text(f.Title), Basis: f.Basis.VI}
			for _, s := range f.Steps {
				table.Steps = append(table.Steps, workflow.Step{
					ID: s.ID, Name: i18n.Text(s.Name), Post: s.Post, Unit: s.Unit, Hours: s.Hours,
					Product: i18n.Text(s.Product), Action: s.Action, Next: s.Next, Back: s.Back,
				})
			}
			known := func(post string) bool { _, ok := set.Role(post); return ok }
			for _, mistake := range table.Check(known) {
				t.Errorf("%s: %s: %s %s", name, f.ID, mistake.Name, mistake.Code)
			}
		}
	}
	if flows == 0 {
		t.Error("no flows")
	}
}
