// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	"golang.org/x/image/draw"
)

// Limits of the child, kept by the kernel. The address space counts what is
// reserved and never used, of which Go reserves a lot.
const (
	maxSpace   = 4 << 30 // bytes
	maxSeconds = 45      // of the processor
	maxOpen    = 16      // files
	exitFailed = 3
	maxMachine = 512 << 20 // bytes of the WebAssembly machine
	maxDecoded = 768 << 20 // bytes of a decoded picture
	quality    = 82
	thumbPage  = 0
)

// Confine lays the limits on this process. There is no way back.
func Confine() error {
	for what, limit := range map[int]uint64{
		syscall.RLIMIT_AS: maxSpace, syscall.RLIMIT_CPU: maxSeconds, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_NOFILE: maxOpen, syscall.RLIMIT_CORE: 0,
	} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return fmt.Errorf("limit the preview: %w", err)
		}
	}
	return nil
}

// Child is the process: it reads an order and content from in and writes
// pictures to out. It returns the exit code.
func Child(in io.Reader, out io.Writer) int {
	if err := Confine(); err != nil {
		return exitFailed
	}
	debug.SetMemoryLimit(maxMachine + maxSpace/16)
	from, to := bufio.NewReader(in), bufio.NewWriterSize(out, 256<<10)
	s := &show{out: to}
	total, err := s.all(from)
	end := line{Total: total}
	if err != nil {
		end.Error = code(err)
	}
	if err := errors.Join(s.say(end), to.Flush()); err != nil {
		return exitFailed
	}
	return 0
}

func code(err error) string {
	for _, known := range []error{ErrTooLarge, ErrEncrypted, ErrBroken, ErrExhausted} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return ErrFailed.Error()
}

type show struct {
	out    *bufio.Writer
	sheets bool // of a scan
	pixels int  // of sheets so far
}

func (s *show) say(l line) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = s.out.Write(append(raw, '\n'))
	return err
}

func (s *show) all(in *bufio.Reader) (total int, err error) {
	head, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	var o order
	if err := json.Unmarshal(head, &o); err != nil {
		return 0, err
	}
	limit, from, most := int64(MaxContent), 1, min(o.Pages, MaxPages)
	if s.sheets = o.From > 0; s.sheets {
		limit, from, most = MaxScan, o.From, min(o.Pages, MaxSheets)
	}
	content, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return 0, err
	case int64(len(content)) > limit:
		return 0, ErrTooLarge
	case o.Kind == PDF:
		return s.pages(content, from, most)
	case o.Kind == TIFF:
		return s.tiffSheets(content, from, most)
	case from > 1:
		return 1, nil
	}
	return 1, s.picture(content)
}

// give writes the picture of a page, and of the first the thumbnail before it.
func (s *show) give(page int, img image.Image) error {
	if page == 1 {
		if err := s.write(thumbPage, fit(img, ThumbWidth)); err != nil {
			return err
		}
	}
	return s.write(page, fit(img, PageWidth))
}

func (s *show) write(page int, img image.Image) error { return s.put(line{Page: page}, img) }

func (s *show) put(l line, img image.Image) error {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return err
	}
	size := img.Bounds().Size()
	l.Width, l.Height, l.Size = size.X, size.Y, b.Len()
	if err := s.say(l); err != nil {
		return err
	}
	if _, err := s.out.Write(b.Bytes()); err != nil {
		return err
	}
	return s.out.Flush() // what is there counts, whatever the next page does
}

// fit scales a picture down to a width, and to a height that a page can show. It
// stands on white.
func fit(img image.Image, width int) image.Image {
	size := img.Bounds().Size()
	w, h := size.X, size.Y
	if w > width {
		w, h = width, max(1, h*width/w)
	}
	if most := maxHeight * width / PageWidth; h > most {
		w, h = max(1, w*most/h), most
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.BiLinear.Scale(to, to.Bounds(), img, img.Bounds(), draw.Over, nil)
	return to
}

// Main is Child on the standard input and output.
func Main() int { return Child(os.Stdin, os.Stdout) }
