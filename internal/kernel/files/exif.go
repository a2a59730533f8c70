// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"encoding/binary"
)

// Removed says what a picture no longer tells.
type Removed struct {
	Metadata bool // camera, time, comments, small copies of the picture
	Location bool // where it was taken
}

// Notice is the message that tells the sender so, "" where nothing was removed.
func (r Removed) Notice() string {
	switch {
	case r.Location:
		return "files.location_removed"
	case r.Metadata:
		return "files.metadata_removed"
	}
	return ""
}

// Limits of pictures: what a decoder would have to hold in memory.
const (
	maxSide   = 20_000
	maxPixels = 100_000_000
)

func checkSize(width, height uint64) error {
	switch {
	case width == 0 || height == 0:
		return ErrPictureBroken
	case width > maxSide, height > maxSide, width*height > maxPixels:
		return ErrPictureTooLarge.With("megapixels", maxPixels/1_000_000).With("side", maxSide)
	}
	return nil
}

// Tags of TIFF 6.0 and Exif 2.32.
const (
	tagOrientation = 0x0112
	tagGPS         = 0x8825
)

// readEXIF finds the two things of interest in the first directory of EXIF data
// (a small TIFF file). What is broken tells nothing.
func readEXIF(tiff []byte) (orientation uint16, location bool) {
	if len(tiff) < 8 {
		return 0, false
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0, false
	}
	rest := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(rest) < 12 {
			break
		}
		switch order.Uint16(rest) {
		case tagOrientation:
			orientation = order.Uint16(rest[8:])
		case tagGPS:
			location = true
		}
		rest = rest[12:]
	}
	return orientation, location
}

// onlyOrientation makes EXIF data that says how to turn a picture and nothing
// else: a photo taken upright would lie on its side without it. It is nil for a
// picture that needs no turning.
func onlyOrientation(o uint16) []byte {
	if o < 2 || o > 8 {
		return nil
	}
	return []byte{
		'M', 'M', 0, 42, 0, 0, 0, 8, // big endian, the directory follows at once
		0, 1, // with one entry
		tagOrientation >> 8, tagOrientation & 0xff, 0, 3, 0, 0, 0, 1, 0, byte(o), 0, 0,
		0, 0, 0, 0, // no other directory
	}
}

// note notes what EXIF data told and returns what is kept of it.
func (r *Removed) note(tiff []byte) []byte {
	o, location := readEXIF(tiff)
	keep := onlyOrientation(o)
	r.Location = r.Location || location
	r.Metadata = r.Metadata || !bytes.Equal(keep, tiff)
	return keep
}

// noteText notes metadata written as text, such as XMP.
func (r *Removed) noteText(text []byte) {
	r.Metadata = true
	r.Location = r.Location || bytes.Contains(text, []byte("GPSL")) // GPSLatitude, GPSLongitude
}
