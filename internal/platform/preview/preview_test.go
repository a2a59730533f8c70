// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/pdf/pdftest"
)

// The child is this binary again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "preview":
			os.Exit(Main())
		case "silent":
			os.Exit(0)
		case "endless":
			for {
				_, _ = fmt.Fprintln(os.Stdout, `{"page":1,"size":1000000000}`)
			}
		case "garbage":
			_, _ = os.Stdout.WriteString(strings.Repeat("\x00\xff", 1<<20))
			os.Exit(0)
		case "liar":
			_, _ = os.Stdout.WriteString(`{"page":1,"size":5}` + "\nhello" + `{"total":1}` + "\n")
			os.Exit(0)
		case "asleep":
			time.Sleep(time.Hour)
		case "greedy": // what is forbidden
			if err := Confine(); err != nil {
				os.Exit(9)
			}
			switch os.Args[2] {
			case "write":
				f, err := os.CreateTemp("", "preview")
				if err == nil {
					defer func() { _ = os.Remove(f.Name()) }()
					_, err = f.WriteString("x")
				}
				if err == nil {
					os.Exit(0)
				}
				os.Exit(1)
			case "memory":
				var all [][]byte
				for range 5000 {
					all = append(all, bytes.Repeat([]byte{1}, 1<<20))
				}
				os.Exit(min(len(all), 0))
			}
		}
	}
	os.Exit(m.Run())
}

func runner(t *testing.T, args ...string) Runner {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Runner{Command: append([]string{self}, args...), Timeout: 40 * time.Second}
}

type shown struct {
	total int
	all   []Picture
	err   error
}

func run(t *testing.T, r Runner, kind string, content []byte) (s shown) {
	t.Helper()
	s.total, s.err = r.Run(t.Context(), kind, bytes.NewReader(content), func(p Picture) error {
		s.all = append(s.all, p)
		return nil
	})
	return s
}

// paper is a PDF of pages that all say the same; objects follow from number 10.
func paper(pages int, content, resources string, objects ...string) []byte {
	var b bytes.Buffer
	var at []int
	add := func(n int, body string) {
		for len(at) <= n {
			at = append(at, 0)
		}
		at[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	b.WriteString("%PDF-1.7\n")
	first := 10 + len(objects)
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", first+i)
	}
	add(1, "<</Type/Catalog/Pages 2 0 R>>")
	add(2, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", pages, kids.String()))
	add(3, fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content))
	add(4, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, o := range objects {
		add(10+i, o)
	}
	for i := range pages {
		add(first+i, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>"+resources+">>>>")
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at))
	for _, n := range at[1:] {
		if n == 0 {
			b.WriteString("0000000000 00000 f \n")
			continue
		}
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at), start)
	return b.Bytes()
}

const words = "BT /F 48 Tf 72 700 Td (XIN CHAO) Tj ET"

func deflated(b []byte) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.String()
}

// dark is how much of a picture is not white, in a thousand.
func dark(t *testing.T, p Picture) int {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	b, n := img.Bounds(), 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n * 1000 / (b.Dx() * b.Dy())
}

func TestPagesOfAPDF(t *testing.T) {
	t.Parallel()
	s := run(t, runner(t, "preview"), PDF, paper(3, words, ""))
	if s.err != nil || s.total != 3 || len(s.all) != 4 {
		t.Fatalf("%d pages, %d pictures: %v", s.total, len(s.all), s.err)
	}
	if thumb := s.all[0]; thumb.Page != 0 || thumb.Width != ThumbWidth || thumb.Height != 339 {
		t.Errorf("thumbnail %d of %d × %d", thumb.Page, thumb.Width, thumb.Height)
	}
	for i, p := range s.all[1:] {
		if p.Page != i+1 || p.Width != PageWidth || p.Height != 1754 {
			t.Errorf("page %d of %d × %d", p.Page, p.Width, p.Height)
		}
		if d := dark(t, p); d < 3 || d > 100 {
			t.Errorf("page %d is dark by %d of 1000", p.Page, d)
		}
	}
}

func TestOnlyTheFirstPages(t *testing.T) {
	t.Parallel()
	s := run(t, runner(t, "preview"), PDF, paper(2000, words, ""))
	if s.err != nil || s.total != 2000 || len(s.all) != MaxPages+1 {
		t.Errorf("%d pages, %d pictures: %v", s.total, len(s.all), s.err)
	}
}

func TestWhatCannotBeShown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind    string
		content []byte
		want    error
	}{
		"no PDF":          {PDF, []byte("%PDF-1.7\nnothing\n%%EOF"), ErrBroken},
		"empty":           {PDF, nil, ErrBroken},
		"no picture":      {PNG, []byte("\x89PNG\r\n\x1a\nnothing"), ErrBroken},
		"large":           {PDF, append(paper(1, words, ""), make([]byte, MaxContent)...), ErrTooLarge},
		"another kind":    {"text/html", []byte("<p>"), ErrNoKind},
		"a huge picture":  {PNG, huge(t, 60_000, 60_000), ErrTooLarge},
		"a cut-off photo": {JPEG, photo(t, 100, 50, 1)[:400], ErrBroken},
	} {
		if s := run(t, runner(t, "preview"), tt.kind, tt.content); !errors.Is(s.err, tt.want) || len(s.all) > 0 {
			t.Errorf("%s: %d pictures, %v, not %v", name, len(s.all), s.err, tt.want)
		}
	}
}

// Files that would take all time and memory end within the limits, and what was
// shown before stays.
func TestBombs(t *testing.T) {
	t.Parallel()
	laughs := make([]string, 10) // each form draws the next one twenty times
	for i := range laughs {
		body, resources := "0 0 1 1 re f", ""
		if i < len(laughs)-1 {
			body, resources = strings.Repeat("/X Do ", 20), fmt.Sprintf("/Resources<</XObject<</X %d 0 R>>>>", 11+i)
		}
		laughs[i] = fmt.Sprintf("<</Type/XObject/Subtype/Form/BBox[0 0 595 842]%s/Length %d>>\nstream\n%s\nendstream", resources, len(body), body)
	}
	zeros := deflated(bytes.Repeat([]byte("0 0 1 1 re f "), 40<<20/13))
	for name, content := range map[string][]byte{
		"laughs": paper(2, "/X Do", "/XObject<</X 10 0 R>>", laughs...),
		"long":   paper(1, "/X Do", "/XObject<</X 10 0 R>>", fmt.Sprintf("<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", len(zeros), zeros)),
		"image": paper(1, "595 0 0 842 0 0 cm /X Do", "/XObject<</X 10 0 R>>",
			fmt.Sprintf("<</Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", len(zeros), zeros)),
		"page": bytes.Replace(paper(1, words, ""), []byte("[0 0 595 842]"), []byte("[0 0 1 99999]"), 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			r := runner(t, "preview")
			r.Timeout = 6 * time.Second
			s := run(t, r, PDF, content)
			if s.err != nil && !errors.Is(s.err, ErrExhausted) && !errors.Is(s.err, ErrBroken) && !errors.Is(s.err, ErrFailed) {
				t.Errorf("%v", s.err)
			}
			if took := time.Since(began); took > 25*time.Second {
				t.Errorf("took %s", took)
			}
			t.Logf("%s: %d pictures, %v, %s", name, len(s.all), s.err, time.Since(began))
		})
	}
}

func TestAChildIsNotBelieved(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]error{"silent": ErrFailed, "endless": ErrFailed, "garbage": ErrFailed, "liar": ErrFailed, "asleep": ErrExhausted} {
		r := runner(t, arg)
		r.Timeout = time.Second
		if s := run(t, r, PDF, paper(1, words, "")); len(s.all) > 0 || (!errors.Is(s.err, want) && !errors.Is(s.err, ErrExhausted)) {
			t.Errorf("%s: %d pictures, %v", arg, len(s.all), s.err)
		}
	}
	failing := errors.New("disk")
	_, err := runner(t, "preview").Run(t.Context(), PDF, io.MultiReader(strings.NewReader("%PDF"), broken{failing}), func(Picture) error { return nil })
	if !errors.Is(err, failing) {
		t.Errorf("a source that fails: %v", err)
	}
	_, err = runner(t, "preview").Run(t.Context(), PDF, bytes.NewReader(paper(2, words, "")), func(Picture) error { return failing })
	if !errors.Is(err, failing) {
		t.Errorf("who takes the pictures fails: %v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestTheChildIsConfined(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"write", "memory"} {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		if err := exec.CommandContext(ctx, self, "greedy", what).Run(); err == nil {
			t.Errorf("%s is possible", what)
		}
		stop()
	}
}

// photo is a JPEG whose left half is black, as its camera says it stands.
func photo(t *testing.T, w, h int, orientation byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if x >= w/2 {
				img.Set(x, y, color.White)
			} else {
				img.Set(x, y, color.Black)
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
	out := append([]byte("\xff\xd8\xff\xe1"), 0, 0)
	binary.BigEndian.PutUint16(out[4:], uint16(len(exif)+2))
	return append(append(out, exif...), b.Bytes()[2:]...)
}

func TestPhotosStand(t *testing.T) {
	t.Parallel()
	// Where the black half is, by orientation from 1 to 8.
	for o, want := range []string{"left", "right", "right", "left", "top", "top", "bottom", "bottom"} {
		s := run(t, runner(t, "preview"), JPEG, photo(t, 3000, 1500, byte(o+1)))
		if s.err != nil || len(s.all) != 2 {
			t.Fatalf("%d: %d pictures, %v", o+1, len(s.all), s.err)
		}
		img, err := jpeg.Decode(bytes.NewReader(s.all[1].JPEG))
		if err != nil {
			t.Fatal(err)
		}
		b := img.Bounds()
		black := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x4000 }
		got := ""
		switch {
		case black(b.Dx()/8, b.Dy()/8) && black(b.Dx()/8, b.Dy()*7/8):
			got = "left"
		case black(b.Dx()*7/8, b.Dy()/8) && black(b.Dx()*7/8, b.Dy()*7/8):
			got = "right"
		case black(b.Dx()/8, b.Dy()/8) && black(b.Dx()*7/8, b.Dy()/8):
			got = "top"
		case black(b.Dx()/8, b.Dy()*7/8):
			got = "bottom"
		}
		if got != want || b.Dx() != PageWidth || (o >= 4) != (b.Dy() > b.Dx()) {
			t.Errorf("orientation %d: black %s, %v", o+1, got, b)
		}
	}
}

func TestASmallPictureIsNotMadeWider(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 100, 60))); err != nil {
		t.Fatal(err)
	}
	s := run(t, runner(t, "preview"), PNG, b.Bytes())
	if s.err != nil || len(s.all) != 2 || s.all[0].Width != 100 || s.all[1].Height != 60 || dark(t, s.all[1]) != 0 {
		t.Errorf("%+v", s)
	}
}

// huge is a PNG that says it is very large.
func huge(t *testing.T, w, h uint32) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func TestWhatIsReceivedCanBeShown(t *testing.T) {
	t.Parallel()
	if s := run(t, runner(t, "preview"), PDF, []byte(pdftest.Small)); s.err != nil || len(s.all) != 2 {
		t.Errorf("%d pictures, %v", len(s.all), s.err)
	}
}
