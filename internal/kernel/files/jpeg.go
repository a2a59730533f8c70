// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Markers of ITU-T T.81, table B.1.
const (
	jpegSOF0 = 0xC0
	jpegDHT  = 0xC4
	jpegJPG  = 0xC8
	jpegDAC  = 0xCC
	jpegSOF  = 0xCF // the last of the frames
	jpegRST0 = 0xD0
	jpegRST7 = 0xD7
	jpegSOI  = 0xD8
	jpegEOI  = 0xD9
	jpegSOS  = 0xDA
	jpegDQT  = 0xDB
	jpegDRI  = 0xDD
	jpegAPP0 = 0xE0
	jpegAPPF = 0xEF
	jpegCOM  = 0xFE
)

// maxScans is how often a picture may be refined: each time costs a decoder
// all pixels. Cameras make one, programs about ten.
const maxScans = 100

// jpegScrubber copies a JPEG without what does not belong to the picture. The
// picture itself is not decoded: it stays bit by bit.
type jpegScrubber struct {
	w       io.Writer
	r       *bufio.Reader
	body    []byte
	removed Removed
	framed  bool
	exif    bool
	scans   int
}

// scrubJPEG copies a JPEG up to its end, without metadata, except how it is to
// be turned. It refuses what is cut off and what no memory holds.
func scrubJPEG(w io.Writer, r *bufio.Reader) (Removed, error) {
	j := &jpegScrubber{w: w, r: r, body: make([]byte, 1<<16)}
	err := j.run()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrPictureBroken.Because(err)
	}
	return j.removed, err
}

func (j *jpegScrubber) run() error {
	if m, err := j.marker(); err != nil || m != jpegSOI {
		return errors.Join(ErrPictureBroken, err)
	}
	if _, err := j.w.Write([]byte{0xFF, jpegSOI}); err != nil {
		return err
	}
	m, err := j.marker()
	for ; err == nil && m != jpegEOI; m, err = j.next(m) {
		if err := j.segment(m); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if j.scans == 0 {
		return ErrPictureBroken
	}
	_, err = j.w.Write([]byte{0xFF, jpegEOI})
	return err
}

// marker reads the next marker, with the filling before it.
func (j *jpegScrubber) marker() (byte, error) {
	b, err := j.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b != 0xFF {
		return 0, ErrPictureBroken
	}
	for b == 0xFF {
		if b, err = j.r.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// next returns the marker after a segment; after the head of a scan comes the
// scan first.
func (j *jpegScrubber) next(m byte) (byte, error) {
	if m != jpegSOS {
		return j.marker()
	}
	for {
		part, err := j.r.ReadSlice(0xFF)
		if errors.Is(err, bufio.ErrBufferFull) {
			if _, err := j.w.Write(part); err != nil {
				return 0, err
			}
			continue
		}
		if err != nil {
			return 0, err
		}
		if _, err := j.w.Write(part[:len(part)-1]); err != nil {
			return 0, err
		}
		b := byte(0xFF)
		for b == 0xFF {
			if b, err = j.r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != 0 && (b < jpegRST0 || b > jpegRST7) {
			return b, nil
		}
		if _, err := j.w.Write([]byte{0xFF, b}); err != nil {
			return 0, err
		}
	}
}

func (j *jpegScrubber) segment(m byte) error {
	var size [2]byte
	if _, err := io.ReadFull(j.r, size[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(size[:])) - 2
	if n < 0 {
		return ErrPictureBroken
	}
	body := j.body[:n]
	if _, err := io.ReadFull(j.r, body); err != nil {
		return err
	}
	switch {
	case m >= jpegAPP0 && m <= jpegAPPF, m == jpegCOM:
		return j.application(m, body)
	case m == jpegDHT, m == jpegDAC, m == jpegDQT, m == jpegDRI:
	case m >= jpegSOF0 && m <= jpegSOF && m != jpegJPG:
		if err := j.frame(body); err != nil {
			return err
		}
	case m == jpegSOS:
		if j.scans++; !j.framed || j.scans > maxScans {
			return ErrPictureBroken
		}
	default:
		return ErrPictureBroken // of a kind that no camera makes and few programs read
	}
	return j.write(m, body)
}

func (j *jpegScrubber) frame(body []byte) error {
	if j.framed || len(body) < 6 {
		return ErrPictureBroken
	}
	j.framed = true
	return checkSize(uint64(binary.BigEndian.Uint16(body[3:])), uint64(binary.BigEndian.Uint16(body[1:])))
}

// application keeps what decoding needs: JFIF, the colour profile, and Adobe's
// note on colours. All else is about the picture or behind it.
func (j *jpegScrubber) application(m byte, body []byte) error {
	starts := func(s string) bool { return bytes.HasPrefix(body, []byte(s)) }
	const exif = "Exif\x00\x00"
	switch {
	case m == jpegAPP0 && starts("JFIF\x00") && len(body) >= 14:
		j.removed.Metadata = j.removed.Metadata || len(body) > 14
		plain := bytes.Clone(body[:14])
		plain[12], plain[13] = 0, 0 // without the small copy of the picture
		return j.write(m, plain)
	case m == jpegAPP0+2 && starts("ICC_PROFILE\x00"), m == jpegAPP0+14 && starts("Adobe"):
		return j.write(m, body)
	case m == jpegAPP0+1 && starts(exif) && !j.exif:
		j.exif = true
		if keep := j.removed.note(body[len(exif):]); keep != nil {
			return j.write(m, append([]byte(exif), keep...))
		}
	default:
		j.removed.noteText(body)
	}
	return nil
}

func (j *jpegScrubber) write(m byte, body []byte) error {
	head := binary.BigEndian.AppendUint16([]byte{0xFF, m}, uint16(len(body)+2)) //nolint:gosec // read with a length of 16 bits, never made longer
	if _, err := j.w.Write(head); err != nil {
		return err
	}
	_, err := j.w.Write(body)
	return err
}
