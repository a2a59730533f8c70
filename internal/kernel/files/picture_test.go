// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
)

func pictureOf(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(i * i >> 3)
	}
	return m
}

func jpegOf(t *testing.T, w, h int) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pictureOf(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pngOf(t *testing.T, w, h int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, pictureOf(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// segment is a segment of a JPEG.
func segment(marker byte, body string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))) + body
}

// chunk is a chunk of a PNG.
func chunk(name, body string) string {
	out := string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + name + body
	return out + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(name+body))))
}

// tiff is EXIF data of a telephone: the camera, the orientation, the place.
func tiff(order binary.AppendByteOrder, orientation uint16) string {
	b := []byte("MM")
	if order.String() == binary.LittleEndian.String() {
		b = []byte("II")
	}
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(b, 3)
	for _, e := range []struct {
		tag, kind uint16
		n, v      uint32
	}{{0x010F, 2, 8, 50}, {tagOrientation, 3, 1, 0}, {tagGPS, 4, 1, 60}} {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, e.tag), e.kind), e.n)
		if e.tag == tagOrientation {
			b = order.AppendUint16(order.AppendUint16(b, orientation), 0)
			continue
		}
		b = order.AppendUint32(b, e.v)
	}
	b = order.AppendUint32(b, 0)
	return string(b) + "TELEPHONE 10.3755N 105.4185E"
}

func stage(t *testing.T, s *Store, name, content string) (Staged, string, error) {
	t.Helper()
	st, err := s.Receive(t.Context(), strings.NewReader(content), Meta{Name: name, Allow: everything(), Limit: 64 << 20})
	if err != nil {
		return st, "", err
	}
	return st, unstage(t, s, st), nil
}

// unstage reads what was kept.
func unstage(t *testing.T, s *Store, st Staged) string {
	t.Helper()
	r, err := s.read(t.Context(), st.blob, st.key, st.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	kept, err := io.ReadAll(r)
	if err != nil || int64(len(kept)) != st.Size {
		t.Fatalf("%d bytes of %d: %v", len(kept), st.Size, err)
	}
	return string(kept)
}

func TestAPhotoTellsNothingButThePicture(t *testing.T) {
	t.Parallel()
	s, _ := store(t)
	plain := jpegOf(t, 30, 20)
	xmp := "http://ns.adobe.com/xap/1.0/\x00<exif:GPSLatitude>10</exif:GPSLatitude>"
	kept := segment(0xE2, "ICC_PROFILE\x00\x01\x01colours") + segment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x00")
	for name, v := range map[string]struct {
		in, out string // behind the first two bytes, before the rest
		behind  string
		removed Removed
	}{
		"plain":            {},
		"big endian":       {segment(0xE1, "Exif\x00\x00"+tiff(binary.BigEndian, 6)), segment(0xE1, "Exif\x00\x00"+string(onlyOrientation(6))), "", Removed{true, true}},
		"little endian":    {segment(0xE1, "Exif\x00\x00"+tiff(binary.LittleEndian, 8)), segment(0xE1, "Exif\x00\x00"+string(onlyOrientation(8))), "", Removed{true, true}},
		"upright":          {segment(0xE1, "Exif\x00\x00"+tiff(binary.BigEndian, 1)), "", "", Removed{true, true}},
		"orientation only": {segment(0xE1, "Exif\x00\x00"+string(onlyOrientation(6))), segment(0xE1, "Exif\x00\x00"+string(onlyOrientation(6))), "", Removed{}},
		"broken exif":      {segment(0xE1, "Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff"), "", "", Removed{Metadata: true}},
		"second exif":      {segment(0xE1, "Exif\x00\x00"+tiff(binary.BigEndian, 1)) + segment(0xE1, "Exif\x00\x00"+tiff(binary.BigEndian, 3)), "", "", Removed{true, true}},
		"xmp":              {segment(0xE1, xmp), "", "", Removed{true, true}},
		"IPTC, comment":    {segment(0xED, "Photoshop 3.0\x00An Giang") + segment(0xFE, "chụp tại nhà"), "", "", Removed{Metadata: true}},
		"several pictures": {segment(0xE2, "MPF\x00MM"), "", plain, Removed{Metadata: true}},
		"colours":          {kept, kept, "", Removed{}},
		"small copy":       {segment(0xE0, "JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x01\x01abc"), segment(0xE0, "JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00"), "", Removed{Metadata: true}},
	} {
		st, got, err := stage(t, s, "a.jpg", plain[:2]+v.in+plain[2:]+v.behind)
		if err != nil || got != plain[:2]+v.out+plain[2:] || st.Removed != v.removed {
			t.Errorf("%s: %d bytes became %d, %+v, %v", name, len(plain)+len(v.in), len(got), st.Removed, err)
		}
		if _, err := jpeg.Decode(strings.NewReader(got)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if again, twice, err := stage(t, s, "a.jpg", got); err != nil || twice != got || again.Removed != (Removed{}) {
			t.Errorf("%s: a second time %+v %v", name, again.Removed, err)
		}
	}
	if (Removed{true, true}).Notice() != "files.location_removed" || (Removed{Metadata: true}).Notice() != "files.metadata_removed" || (Removed{}).Notice() != "" {
		t.Error("another notice")
	}
}

func TestAPNGTellsNothingButThePicture(t *testing.T) {
	t.Parallel()
	s, _ := store(t)
	plain := pngOf(t, 30, 20)
	const head = 8 + 25
	for name, v := range map[string]struct {
		in, out string
		removed Removed
	}{
		"plain":     {},
		"texts":     {chunk("tEXt", "Author\x00An") + chunk("zTXt", "a") + chunk("iTXt", "XML:com.adobe.xmp\x00exif:GPSLatitude") + chunk("tIME", "1234567"), "", Removed{true, true}},
		"exif":      {chunk("eXIf", tiff(binary.BigEndian, 6)), chunk("eXIf", string(onlyOrientation(6))), Removed{true, true}},
		"unknown":   {chunk("prVt", strings.Repeat("x", 200_000)), "", Removed{Metadata: true}},
		"animation": {chunk("acTL", "12345678"), "", Removed{Metadata: true}},
		"kept":      {chunk("gAMA", "\x00\x00\xb1\x8f") + chunk("pHYs", "123456789"), chunk("gAMA", "\x00\x00\xb1\x8f") + chunk("pHYs", "123456789"), Removed{}},
	} {
		st, got, err := stage(t, s, "a.png", plain[:head]+v.in+plain[head:]+"behind the end")
		if err != nil || got != plain[:head]+v.out+plain[head:] || st.Removed != v.removed {
			t.Errorf("%s: %d bytes became %d, %+v, %v", name, len(plain)+len(v.in), len(got), st.Removed, err)
		}
		if _, err := png.Decode(strings.NewReader(got)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func packed(n int) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = io.CopyN(z, zeros{}, int64(n)) // neither fails
	_ = z.Close()
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// header is the first chunk of a PNG of 8 bits without colours.
func header(w, h uint32) string {
	return chunk("IHDR", string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h))+"\x08\x00\x00\x00\x00")
}

func TestPicturesThatNoMemoryHolds(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	small := jpegOf(t, 8, 8)
	at := strings.Index(small, "\xff\xc0") + 5
	sized := func(h, w uint16) string {
		return small[:at] + string(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, h), w)) + small[at+4:]
	}
	end := chunk("IEND", "")
	good := pngMagic + header(4, 3) + chunk("IDAT", packed(15))
	profile := func(n int) string {
		return pngMagic + header(4, 3) + chunk("iCCP", "p\x00\x00"+packed(n)) + chunk("IDAT", packed(15)) + end
	}
	scan := small[strings.Index(small, "\xff\xda") : len(small)-2]
	bad := good + end
	altered := chunk("gAMA", "\x00\x00\xb1\x8f")
	altered = altered[:len(altered)-1] + "x"
	for name, v := range map[string]struct {
		file, content string
		want          error
	}{
		"JPEG too wide":         {"a.jpg", sized(1, 20_001), ErrPictureTooLarge},
		"JPEG too high":         {"a.jpg", sized(20_001, 1), ErrPictureTooLarge},
		"JPEG 100 megapixels":   {"a.jpg", sized(10_000, 10_000), nil},
		"JPEG too many pixels":  {"a.jpg", sized(10_001, 10_000), ErrPictureTooLarge},
		"JPEG without height":   {"a.jpg", sized(0, 100), ErrPictureBroken},
		"JPEG without scans":    {"a.jpg", small[:strings.Index(small, "\xff\xda")] + "\xff\xd9", ErrPictureBroken},
		"PNG, pixels altered":   {"a.png", good[:len(good)-1] + "x" + end, ErrPictureBroken},
		"PNG, colours altered":  {"a.png", pngMagic + header(4, 3) + altered + chunk("IDAT", packed(15)) + end, ErrPictureBroken},
		"JPEG cut off":          {"a.jpg", small[:len(small)-20], ErrPictureBroken},
		"JPEG without its end":  {"a.jpg", small[:len(small)-2], ErrPictureBroken},
		"JPEG with two frames":  {"a.jpg", small[:2] + segment(0xC0, "\x08\x00\x08\x00\x08\x01\x01\x11\x00") + small[2:], ErrPictureBroken},
		"JPEG of odd kind":      {"a.jpg", small[:2] + segment(0xDE, "x") + small[2:], ErrPictureBroken},
		"JPEG of many scans":    {"a.jpg", small[:len(small)-2] + strings.Repeat(scan, maxScans) + "\xff\xd9", ErrPictureBroken},
		"JPEG of enough scans":  {"a.jpg", small[:len(small)-2] + strings.Repeat(scan, maxScans-1) + "\xff\xd9", nil},
		"PNG":                   {"a.png", good + end, nil},
		"PNG too wide":          {"a.png", pngMagic + header(20_001, 1) + chunk("IDAT", packed(20_002)) + end, ErrPictureTooLarge},
		"PNG too many pixels":   {"a.png", pngMagic + header(10_001, 10_000) + end, ErrPictureTooLarge},
		"PNG with more pixels":  {"a.png", pngMagic + header(4, 3) + chunk("IDAT", packed(16)) + end, ErrPictureBroken},
		"PNG with fewer pixels": {"a.png", pngMagic + header(4, 3) + chunk("IDAT", packed(14)) + end, ErrPictureBroken},
		"PNG in two parts":      {"a.png", pngMagic + header(4, 3) + chunk("IDAT", packed(15)[:5]) + chunk("IDAT", packed(15)[5:]) + end, nil},
		"PNG with a rest":       {"a.png", pngMagic + header(4, 3) + chunk("IDAT", packed(15)+"hidden") + end, ErrPictureBroken},
		"PNG of an empty page":  {"a.png", pngMagic + header(13_000, 7_400) + chunk("IDAT", packed(13_001*7_400)) + end, nil},
		"PNG without end":       {"a.png", good, ErrPictureBroken},
		"PNG without pixels":    {"a.png", pngMagic + header(4, 3) + end, ErrPictureBroken},
		"PNG with wrong sum":    {"a.png", strings.Replace(bad, "\x08\x00\x00\x00\x00", "\x08\x00\x00\x00\x01", 1), ErrPictureBroken},
		"PNG with odd chunk":    {"a.png", pngMagic + header(4, 3) + chunk("ODDX", "") + chunk("IDAT", packed(15)) + end, ErrPictureBroken},
		"PNG with profile":      {"a.png", profile(1000), nil},
		"PNG with profile bomb": {"a.png", profile(maxProfile + 1), ErrPictureBroken},
		"WebP":                  {"a.jpg", "RIFF\x00\x00\x00\x00WEBPVP8 ", ErrPictureFormat},
		"HEIC":                  {"a.heic", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1", ErrPictureFormat},
	} {
		before := len(blobs(t, dir))
		_, _, err := stage(t, s, v.file, v.content)
		if !errors.Is(err, v.want) || (err == nil) != (v.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, v.want)
		}
		if left := len(blobs(t, dir)) - before; (left == 1) != (v.want == nil) {
			t.Errorf("%s: %d files left", name, left)
		}
	}
	// 16 bits and four samples: 800 MB of pixels from less than one.
	bomb := pngMagic + chunk("IHDR", "\x00\x00\x13\x88\x00\x00\x13\x88\x10\x06\x00\x00\x00") + chunk("IDAT", packed(5000*(1+5000*8))) + end
	if _, _, err := stage(t, s, "a.png", bomb); !errors.Is(err, ErrPictureBomb) {
		t.Errorf("a bomb of %d bytes: %v", len(bomb), err)
	}
}

func TestInterlacedPixelsAreCounted(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		w, h byte
	}{{1, 1}, {5, 5}, {8, 8}, {1, 9}} {
		p := &pngScrubber{}
		if err := p.header([]byte{0, 0, 0, v.w, 0, 0, 0, v.h, 8, 0, 0, 0, 1}); err != nil {
			t.Fatal(err)
		}
		want := int64(0) // row by row: a filter byte and the pixels of each pass
		for _, a := range [7][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
			for y := a[1]; y < int(v.h); y += a[3] {
				n := 0
				for x := a[0]; x < int(v.w); x += a[2] {
					n++
				}
				if n > 0 {
					want += int64(n) + 1
				}
			}
		}
		if p.pixels != want {
			t.Errorf("%d × %d: %d bytes, want %d", v.w, v.h, p.pixels, want)
		}
	}
}

func TestALargePhotoNeedsLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	s, _ := store(t)
	m := image.NewGray(image.Rect(0, 0, 2400, 2400))
	seed := uint32(1)
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		m.Pix[i] = color.Gray{Y: byte(seed >> 24)}.Y
	}
	for name, encode := range map[string]func(io.Writer) error{
		"a.png": func(w io.Writer) error { return png.Encode(w, m) }, "a.jpg": func(w io.Writer) error { return jpeg.Encode(w, m, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := s.Receive(t.Context(), &b, Meta{Name: name, Allow: everything(), Limit: 64 << 20})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; err != nil || used > 4<<20 {
			t.Errorf("%s took %d bytes of memory: %v", name, used, err)
		}
	}
}
