// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package ocr has the text of a picture recognised by Tesseract, a program of the
// machine that is not part of this one: where it is not installed, ErrMissing says
// so and nothing else stops. It runs in a process with narrow limits, like
// previews. What it reads is a proposal: words come with how sure it is of them.
package ocr

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What can go wrong.
var (
	ErrMissing   = errors.New("tesseract, or its Vietnamese, is not installed")
	ErrExhausted = errors.New("recognising took more time or memory than there is")
	ErrFailed    = errors.New("nothing could be recognised")
)

// Program is the name of Tesseract on the machine.
const Program = "tesseract"

// Engine recognises pictures, each in a process of its own.
type Engine struct {
	Command []string      // that runs Child, before its arguments
	Path    string        // where Tesseract lies, as in PATH; empty: where systems have programs
	Timeout time.Duration // after which the process is killed; 0 is half a minute
}

// Word is a word of a picture.
type Word struct {
	Text string `json:"t"`
	Sure int    `json:"s"` // of 100
}

// Line is a line of a picture.
type Line []Word

// String returns the words with blanks between.
func (l Line) String() string {
	words := make([]string, len(l))
	for i, w := range l {
		words[i] = w.Text
	}
	return strings.Join(words, " ")
}

// Sure is how sure the engine is of the words of lines in the mean, of 100; 0
// where there are none.
func Sure(all []Line) int {
	n, sum := 0, 0
	for _, l := range all {
		for _, w := range l {
			n, sum = n+1, sum+w.Sure
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

const usualPath = "/usr/local/bin:/usr/bin:/bin"

// maxOutput is more than the words of any sheet.
const maxOutput = 4 << 20

// Read recognises the Vietnamese text of a JPEG, taking the sheet for one block.
func (e Engine) Read(ctx context.Context, jpeg []byte) ([]Line, error) {
	out, err := e.run(ctx, jpeg, "stdin", "stdout", "-l", "vie", "--psm", "6", "-c", "tessedit_create_tsv=1")
	if err != nil {
		return nil, err
	}
	return table(out), nil
}

// Stands says by how many degrees a JPEG has to be turned to the right so that
// its text stands, and whether the engine is sure of it.
func (e Engine) Stands(ctx context.Context, jpeg []byte) (degrees int, sure bool, err error) {
	out, err := e.run(ctx, jpeg, "stdin", "stdout", "-l", "osd", "--psm", "0")
	if errors.Is(err, ErrFailed) {
		return 0, false, nil // too few letters
	}
	if err != nil {
		return 0, false, err
	}
	confidence := 0.0
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "Rotate":
			degrees, err = strconv.Atoi(value)
		case "Orientation confidence":
			confidence, err = strconv.ParseFloat(value, 64)
		}
		if err != nil {
			return 0, false, ErrFailed
		}
	}
	if degrees%90 != 0 || degrees < 0 || degrees > 270 {
		return 0, false, ErrFailed
	}
	return degrees, confidence >= 2, nil
}

func (e Engine) run(ctx context.Context, jpeg []byte, args ...string) ([]byte, error) {
	if len(e.Command) == 0 {
		return nil, ErrMissing
	}
	timeout := e.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	limited, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	cmd := exec.CommandContext(limited, e.Command[0], append(e.Command[1:], args...)...) //nolint:gosec // this program itself
	cmd.Stdin = bytes.NewReader(jpeg)
	cmd.Env = []string{"PATH=" + cmp.Or(e.Path, usualPath), "OMP_THREAD_LIMIT=1", "LC_ALL=C", "GOTRACEBACK=none"}
	cmd.Dir, cmd.WaitDelay = "/", 5*time.Second
	out := &bounded{}
	cmd.Stdout = out
	err := cmd.Run()
	if exited, ok := errors.AsType[*exec.ExitError](err); ok {
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case limited.Err() != nil, !exited.Exited(), out.full:
			return nil, ErrExhausted
		case exited.ExitCode() == exitMissing:
			return nil, ErrMissing
		}
		return nil, ErrFailed
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("start the recognition: %w", err)
	}
	return out.b.Bytes(), nil
}

// Check says whether the engine can work here: ErrMissing where Tesseract or one
// of the languages is not installed.
func (e Engine) Check(ctx context.Context) error {
	out, err := e.run(ctx, nil, "--list-langs")
	if errors.Is(err, ErrFailed) {
		return ErrMissing
	}
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		has[strings.TrimSpace(line)] = true
	}
	if !has["vie"] || !has["osd"] {
		return ErrMissing
	}
	return nil
}

// bounded keeps what a process says, and no more than it may say.
type bounded struct {
	b    bytes.Buffer
	full bool
}

func (o *bounded) Write(p []byte) (int, error) {
	if o.b.Len()+len(p) > maxOutput {
		o.full = true
		return 0, ErrExhausted
	}
	return o.b.Write(p)
}

// table reads words: level, page, block, paragraph, line, word, left, top, width,
// height, confidence, text.
func table(out []byte) (all []Line) {
	last := ""
	for row := range strings.Lines(string(out)) {
		cells := strings.Split(strings.TrimRight(row, "\n"), "\t")
		if len(cells) != 12 || cells[0] != "5" {
			continue
		}
		word := strings.TrimSpace(cells[11])
		sure, err := strconv.ParseFloat(cells[10], 64)
		if word == "" || err != nil {
			continue
		}
		if at := strings.Join(cells[1:5], "/"); at != last {
			last = at
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], Word{word, max(0, min(100, int(sure)))})
	}
	return all
}

// Limits of the child, kept by the kernel.
const (
	maxSpace    = 2 << 30 // bytes of address space
	maxSeconds  = 25      // of the processor
	maxOpen     = 32      // files
	exitMissing = 4
	exitFailed  = 3
)

// Child lays the limits on this process and becomes Tesseract. It returns an exit
// code only where it could not.
func Child(args []string) int {
	path, err := exec.LookPath(Program)
	if err != nil {
		return exitMissing
	}
	if path, err = filepath.Abs(path); err != nil {
		return exitFailed
	}
	for what, limit := range map[int]uint64{
		syscall.RLIMIT_CPU: maxSeconds, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_NOFILE: maxOpen, syscall.RLIMIT_CORE: 0, syscall.RLIMIT_AS: maxSpace,
	} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return exitFailed
		}
	}
	_ = syscall.Exec(path, append([]string{Program}, args...), []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C"}) //nolint:gosec // found above
	return exitFailed
}
