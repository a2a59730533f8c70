// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
)

const (
	pngMagic = "\x89PNG\r\n\x1a\n"
	// maxChunk bounds the parts of a PNG that are held in memory.
	maxChunk = 1 << 20
	// maxProfile is how large a colour profile may become.
	maxProfile = 8 << 20
	// A picture whose pixels take more than pngFloor may not have been
	// compressed to less than one part in pngRatio. An empty page compresses to
	// a thousandth, so small ones have no ratio.
	pngFloor = 128 << 20
	pngRatio = 400
)

// pngScrubber copies a PNG without what does not belong to the picture.
type pngScrubber struct {
	w       io.Writer
	r       *bufio.Reader
	removed Removed
	pixels  int64 // bytes of all pixels, as PNG 11.2.2 and 9 have them
	packed  int64 // bytes of IDAT
}

// scrubPNG copies a PNG up to its end, without metadata, except how it is to be
// turned, and without the frames of an animation. The pixels are unpacked, not
// kept: there must be as many as the head says.
func scrubPNG(w io.Writer, r *bufio.Reader) (Removed, error) {
	p := &pngScrubber{w: w, r: r}
	err := p.run()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrPictureBroken.Because(err)
	}
	return p.removed, err
}

type pngChunk struct {
	size uint32
	name string
}

func (p *pngScrubber) run() error {
	if _, err := io.CopyN(p.w, p.r, int64(len(pngMagic))); err != nil {
		return err
	}
	c, err := p.head()
	if err != nil {
		return err
	}
	if c.name != "IHDR" || c.size != 13 {
		return ErrPictureBroken
	}
	if err := p.keep(c, p.header); err != nil {
		return err
	}
	for {
		if c, err = p.head(); err != nil {
			return err
		}
		switch c.name {
		case "IEND":
			if p.packed == 0 || c.size != 0 {
				return ErrPictureBroken
			}
			return p.keep(c, nil)
		case "IDAT":
			if p.packed > 0 { // they follow each other
				return ErrPictureBroken
			}
			err = p.data(c)
		case "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs", "cICP":
			err = p.keep(c, nil)
		case "iCCP":
			err = p.keep(c, profile)
		case "eXIf":
			err = p.exif(c)
		default:
			if c.name[0]&0x20 == 0 { // a chunk that decoders must understand
				return ErrPictureBroken
			}
			err = p.drop(c)
		}
		if err != nil {
			return err
		}
	}
}

func (p *pngScrubber) head() (pngChunk, error) {
	var b [8]byte
	if _, err := io.ReadFull(p.r, b[:]); err != nil {
		return pngChunk{}, err
	}
	return pngChunk{binary.BigEndian.Uint32(b[:]), string(b[4:])}, nil
}

// read returns a chunk that is small enough and not damaged.
func (p *pngScrubber) read(c pngChunk) ([]byte, error) {
	if c.size > maxChunk {
		return nil, ErrPictureBroken
	}
	body := make([]byte, c.size+4)
	if _, err := io.ReadFull(p.r, body); err != nil {
		return nil, err
	}
	body, sum := body[:c.size], binary.BigEndian.Uint32(body[c.size:])
	if crc32.Update(crc32.ChecksumIEEE([]byte(c.name)), crc32.IEEETable, body) != sum {
		return nil, ErrPictureBroken
	}
	return body, nil
}

func (p *pngScrubber) write(name string, body []byte) error {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body))) //nolint:gosec // at most maxChunk
	out = append(append(out, name...), body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	_, err := p.w.Write(out)
	return err
}

// keep copies a chunk that check, if there is one, finds good.
func (p *pngScrubber) keep(c pngChunk, check func([]byte) error) error {
	body, err := p.read(c)
	if err == nil && check != nil {
		err = check(body)
	}
	if err != nil {
		return err
	}
	return p.write(c.name, body)
}

// drop leaves a chunk out. The first part of it tells whether it was about a
// place.
func (p *pngScrubber) drop(c pngChunk) error {
	first := make([]byte, min(c.size, 1<<16))
	if _, err := io.ReadFull(p.r, first); err != nil {
		return err
	}
	p.removed.noteText(first)
	_, err := io.CopyN(io.Discard, p.r, int64(c.size)-int64(len(first))+4)
	return err
}

func (p *pngScrubber) exif(c pngChunk) error {
	body, err := p.read(c)
	if err != nil {
		return err
	}
	if keep := p.removed.note(body); keep != nil {
		return p.write(c.name, keep)
	}
	return nil
}

// header reads how large the picture is, and how many bytes its pixels take.
func (p *pngScrubber) header(b []byte) error {
	width, height := uint64(binary.BigEndian.Uint32(b)), uint64(binary.BigEndian.Uint32(b[4:]))
	if err := checkSize(width, height); err != nil {
		return err
	}
	samples := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[b[9]]
	depth := int64(b[8])
	if samples == 0 || depth != 1 && depth != 2 && depth != 4 && depth != 8 && depth != 16 || b[12] > 1 {
		return ErrPictureBroken
	}
	w, h := int64(width), int64(height) //nolint:gosec // checked to be at most maxSide
	rows := func(x, y, dx, dy int64) {
		across, down := (w-x+dx-1)/dx, (h-y+dy-1)/dy
		if across > 0 && down > 0 {
			p.pixels += down * (1 + (across*samples*depth+7)/8)
		}
	}
	if b[12] == 0 {
		rows(0, 0, 1, 1)
		return nil
	}
	for _, pass := range [7][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		rows(pass[0], pass[1], pass[2], pass[3])
	}
	return nil
}

// profile refuses a colour profile that grows without measure.
func profile(b []byte) error {
	_, packed, ok := bytes.Cut(b, []byte{0})
	if !ok || len(packed) < 1 {
		return ErrPictureBroken
	}
	z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return ErrPictureBroken.Because(err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, maxProfile+1))
	if err != nil || n > maxProfile {
		return errors.Join(ErrPictureBroken, err)
	}
	return nil
}

// data copies all IDAT chunks while it unpacks them.
func (p *pngScrubber) data(first pngChunk) error {
	in := &pngData{p: p}
	if err := in.begin(first); err != nil {
		return err
	}
	buffered := bufio.NewReader(in)
	z, err := zlib.NewReader(buffered)
	if err != nil {
		return errors.Join(ErrPictureBroken, in.err, err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, p.pixels+1))
	if err != nil || n != p.pixels {
		return errors.Join(ErrPictureBroken, in.err, err)
	}
	if behind, err := io.Copy(io.Discard, buffered); err != nil || behind > 0 {
		return errors.Join(ErrPictureBroken, in.err, err) // something hides behind the pixels
	}
	if p.packed = in.n; p.pixels > pngFloor && p.pixels/p.packed > pngRatio {
		return ErrPictureBomb
	}
	return nil
}

// pngData reads the content of consecutive IDAT chunks and copies them.
type pngData struct {
	p    *pngScrubber
	left uint32
	sum  hash.Hash32
	n    int64
	err  error // what went wrong other than the content
	over bool
}

func (d *pngData) begin(c pngChunk) error {
	d.left, d.sum = c.size, crc32.NewIEEE()
	_, _ = d.sum.Write([]byte(c.name)) // a hash does not fail
	_, err := d.p.w.Write(append(binary.BigEndian.AppendUint32(nil, c.size), c.name...))
	return err
}

// Read implements io.Reader.
func (d *pngData) Read(b []byte) (int, error) {
	for d.left == 0 && !d.over && d.err == nil {
		d.err = d.end()
	}
	if d.err != nil {
		return 0, d.err
	}
	if d.over {
		return 0, io.EOF
	}
	n, err := d.p.r.Read(b[:min(len(b), int(d.left))])
	d.left -= uint32(n) //nolint:gosec // no more than was left
	d.n += int64(n)
	_, _ = d.sum.Write(b[:n])
	if _, werr := d.p.w.Write(b[:n]); werr != nil {
		d.err = werr
		return 0, werr
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// end reads the sum of a chunk and looks whether another follows.
func (d *pngData) end() error {
	var b [4]byte
	if _, err := io.ReadFull(d.p.r, b[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(b[:]) != d.sum.Sum32() {
		return ErrPictureBroken
	}
	if _, err := d.p.w.Write(b[:]); err != nil {
		return err
	}
	ahead, err := d.p.r.Peek(8)
	if err != nil {
		return err
	}
	if string(ahead[4:]) != "IDAT" {
		d.over = true
		return nil
	}
	c, err := d.p.head()
	if err != nil {
		return err
	}
	return d.begin(c)
}
