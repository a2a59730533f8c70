// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package crash_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/programtest"
)

// The program is killed while it makes the archive of a person's data.
// In the end there is one archive for the wish, whole, with everything
// that was kept when it was asked for.
func TestKillInTheMiddleOfAnArchive(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killArchive(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killArchive(t, programtest.Postgres(t))
	})
}

const (
	archives = 1  // wishes; each is cut off, and waits for the lease of its job
	filed    = 80 // dossiers of the resident, so that an archive takes a while
)

func killArchive(t *testing.T, database string) {
	t.Helper()
	ctx := t.Context()
	p := programtest.Start(t, database, programtest.NoLimits, "--empty")
	a, err := api.Connect(ctx, p.URL)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range filed {
		id, err := a.File(ctx, fmt.Sprint("archive ", i))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	cut := 0
	for round := range archives {
		wish, err := a.AskArchive(ctx)
		if err != nil {
			t.Fatal(err)
		}
		waitFor(t, a, wish, func(now api.Archive) bool { return now.Done > 0 || now.State == "ready" }, 5*time.Millisecond)
		time.Sleep(chance(t, time.Duration(round+1)*100*time.Millisecond))
		p.Kill()
		p.Restart(t)
		if archive := waitFor(t, a, wish, func(now api.Archive) bool { return now.State == "ready" }, 250*time.Millisecond); archive.Again {
			cut++
		}
		files, err := a.OpenArchive(ctx, wish)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"index.html", "data/identity.json", "data/persons.json", "data/notices.json", "data/audit.json", "data/privacy.json"} {
			if len(files[name]) == 0 {
				t.Errorf("round %d: no %s", round, name)
			}
		}
		for _, id := range ids {
			if n := bytes.Count(files["data/dossiers.json"], []byte(id)); n != 1 {
				t.Errorf("round %d: dossier %s stands there %d times", round, id, n)
			}
		}
		all, err := a.Archives(ctx)
		if err != nil || len(all) != round+1 {
			t.Errorf("round %d: %d archives, %v", round, len(all), err)
		}
	}
	if cut == 0 {
		t.Error("no kill has cut an archive off: this proves nothing")
	}
	t.Logf("%d archives, %d cut off", archives, cut)
}

// waitFor asks until an archive is as wished, for as long as a lease and a start may take.
func waitFor(t *testing.T, a *api.Client, wish string, as func(api.Archive) bool, every time.Duration) api.Archive {
	t.Helper()
	deadline := time.After(5 * time.Minute)
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		all, err := a.Archives(t.Context())
		if err == nil {
			for _, one := range all {
				if one.ID == wish && as(one) {
					return one
				}
			}
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("the archive is not made: %+v %v", all, err)
		}
	}
}
