// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package crash_test

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/tests/programtest"
)

// tinhso import is killed again and again while a wave moves in, at moments nobody
// chose, and then while a unit goes back. In the end everything is here once.
func TestKillInTheMiddleOfMovingIn(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killMoving(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killMoving(t, programtest.Postgres(t))
	})
}

const (
	cameBefore = 3000 // dossiers of the dump
	leastCuts  = 5    // kills that have interrupted something
)

func killMoving(t *testing.T, database string) {
	t.Helper()
	p := programtest.Start(t, database, programtest.NoLimits, "--year=none")
	p.Stop()
	units := []string{"phuong-long-xuyen", "phuong-chau-doc", "xa-an-phu"}
	made, err := movingtest.Write(filepath.Join(p.Data, "moving", "cu"), movingtest.Options{
		Dossiers: cameBefore, Seed: 9, Now: time.Now(), Units: units, Procedures: []string{"chung-thuc-ban-sao", "tro-cap-huu-tri-xa-hoi", "chung-thuc-chu-ky"}, Clean: true, Contents: 40,
	})
	if err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		args = append(append([]string{"import"}, args...), "--as", "cntt.tinh", "--data", p.Data)
		if database != "" {
			args = append(args, "--database", database)
		}
		return exec.CommandContext(t.Context(), programtest.Binary(t), args...)
	}
	say := func(args ...string) string {
		t.Helper()
		out, err := command(args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	wave := strings.TrimSpace(say("wave", "cu", "--name", "Kill", "--unit", units[0], "--unit", units[1], "--unit", units[2]))

	cuts, last := 0, ""
	for whole := false; !whole; {
		whole, last = cut(t, command("run", wave))
		if !whole {
			cuts++
		}
	}
	if cuts < leastCuts {
		t.Errorf("only %d kills have interrupted a run: this proves little", cuts)
	}
	t.Logf("%d kills; %s", cuts, last)

	good := 0
	for _, n := range made.Good {
		good += n
	}
	equal := fmt.Sprintf("Bên cũ %d, ở đây %d, chênh lệch 0.", good, good)
	if said := say("compare", wave); !strings.Contains(said, equal) {
		t.Errorf("want %q, got %s", equal, said)
	}
	if said := say("compare", wave, "--shadow"); !strings.Contains(said, equal) {
		t.Errorf("shadow: want %q, got %s", equal, said)
	}
	if said := say("run", wave); !regexp.MustCompile(fmt.Sprintf(`\+0 ~0 =%d\b`, good)).MatchString(said) {
		t.Errorf("the same dump again changes something: %s", said)
	}
	ended := strings.Contains(last, fmt.Sprintf("+0 ~0 =%d, bị loại / rejected 0,", good)) && strings.Contains(last, "contents 0 ") // killed behind its end: the next was a run of its own, and nothing was due
	if want := fmt.Sprintf("nội dung / contents %d", made.Contents); !ended && !strings.Contains(last, want) {
		t.Errorf("want %q, got %s", want, last)
	}

	cuts = 0
	for whole := false; !whole; {
		if whole, _ = cut(t, command("rollback", wave, units[0])); !whole {
			cuts++
		}
	}
	t.Logf("%d kills while a unit went back", cuts)
	if said := say("rollback", wave, units[0]); !strings.Contains(said, "was given back before") {
		t.Errorf("a unit that went back goes once more: %s", said)
	}
	left := good - made.Good[units[0]]
	if said, want := say("compare", wave), fmt.Sprintf("Bên cũ %d, ở đây %d, chênh lệch 0.", left, left); !strings.Contains(said, want) {
		t.Errorf("after the roll-back: want %q, got %s", want, said)
	}
}

// cut starts a command, lets it say that it has begun to write, and kills it at some
// moment after that; whole: it was faster. Last is its last line.
func cut(t *testing.T, c *exec.Cmd) (whole bool, last string) {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var wrong strings.Builder
	c.Stderr = &wrong
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		last = lines.Text()
		if strings.Contains(last, "/s ") || strings.Contains(last, "dossiers,") { // progress of a run, or what a roll-back will do
			break
		}
	}
	killed := time.AfterFunc(chance(t, 700*time.Millisecond), func() { _ = c.Process.Kill() })
	defer killed.Stop()
	for lines.Scan() {
		last = lines.Text()
	}
	_, _ = io.Copy(io.Discard, out)
	err = c.Wait()
	if err == nil {
		return true, last
	}
	if c.ProcessState.ExitCode() >= 0 { // it ended by itself
		t.Fatalf("%v: %s\n%s", err, last, wrong.String())
	}
	return false, last
}
