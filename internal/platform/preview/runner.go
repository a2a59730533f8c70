// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"os/exec"
	"slices"
	"time"
)

// Runner makes previews, each in a process of its own.
type Runner struct {
	Command []string      // that runs Child
	Timeout time.Duration // after which the process is killed; 0 is a minute
}

// Run shows content of a kind, of at most MaxContent bytes, and calls each with
// the thumbnail and the first pages. It returns how many pages there are. After
// one of the errors of this package what was given to each is good nevertheless;
// another error is about this machine, and trying again may help.
func (r Runner) Run(ctx context.Context, kind string, content io.Reader, each func(Picture) error) (pages int, err error) {
	if !Shows(kind) {
		return 0, ErrNoKind
	}
	return r.run(ctx, order{Kind: kind, Pages: MaxPages}, content, func(out *bufio.Reader) (int, error) {
		return receive(out, thumbPage, MaxPages, PageWidth, maxHeight, func(_ line, p Picture) error { return each(p) })
	})
}

// run starts a child with an order and lets take read what it says.
func (r Runner) run(ctx context.Context, o order, content io.Reader, take func(out *bufio.Reader) (int, error)) (pages int, err error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	first, err := json.Marshal(o)
	if err != nil {
		return 0, err
	}
	in := &feed{r: io.MultiReader(bytes.NewReader(append(first, '\n')), content)}
	cmd := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...) //nolint:gosec // this program itself
	cmd.Stdin = in
	cmd.Env = []string{"GOMEMLIMIT=768MiB", "GOMAXPROCS=2", "GOTRACEBACK=none"}
	cmd.Dir = "/"
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start the preview: %w", err)
	}
	pages, err = take(bufio.NewReaderSize(out, 64<<10))
	if err != nil {
		stop() // it is not listened to any more
	}
	_, _ = io.Copy(io.Discard, out)
	ended := cmd.Wait()
	switch {
	case in.err != nil:
		return pages, in.err // the content could not be read: no fault of the content
	case err == nil:
		return pages, nil
	case errors.Is(err, errSilent) && context.Cause(ctx) != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return pages, ErrExhausted
	case errors.Is(err, errSilent) && ended != nil && cmd.ProcessState.ExitCode() != exitFailed:
		return pages, ErrExhausted // killed by a limit, or the memory came to its end
	case errors.Is(err, errSilent):
		return pages, ErrFailed
	}
	return pages, err
}

// errSilent means that the child ended before it said that it had ended.
var errSilent = errors.New("the preview ended without a word")

// feed remembers that it was the source that failed, and not the child that had enough.
type feed struct {
	r   io.Reader
	err error
}

func (f *feed) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
		err = io.EOF
	}
	return n, err
}

// receive reads what the child says, which may be anything: pictures of pages from
// one to another, no larger than a size.
func receive(out *bufio.Reader, from, to, width, height int, each func(line, Picture) error) (pages int, err error) {
	for range to - from + 2 {
		head, err := out.ReadSlice('\n')
		if err != nil {
			return 0, errSilent
		}
		var l line
		if err := json.Unmarshal(head, &l); err != nil {
			return 0, ErrFailed
		}
		if l.Size == 0 {
			return max(0, min(l.Total, 1<<20)), told(l.Error)
		}
		if l.Size < 0 || l.Size > maxPicture || l.Page < from || l.Page > to || l.sane() != nil {
			return 0, ErrFailed
		}
		p := Picture{Page: l.Page, JPEG: make([]byte, l.Size)}
		if _, err := io.ReadFull(out, p.JPEG); err != nil {
			return 0, errSilent
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
		if err != nil || c.Width > width || c.Height > height {
			return 0, ErrFailed
		}
		p.Width, p.Height = c.Width, c.Height
		if err := each(l, p); err != nil {
			return 0, err
		}
	}
	return 0, ErrFailed
}

func told(code string) error {
	if code == "" {
		return nil
	}
	known := []error{ErrTooLarge, ErrEncrypted, ErrBroken, ErrExhausted}
	if i := slices.IndexFunc(known, func(e error) bool { return e.Error() == code }); i >= 0 {
		return known[i]
	}
	return ErrFailed
}
