// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/tiff"
)

// directories finds where the pages of a TIFF begin (TIFF 6.0, 2): each says where
// the next one is.
func directories(content []byte) (all []uint32, order binary.ByteOrder) {
	switch {
	case bytes.HasPrefix(content, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(content, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return nil, nil
	}
	if len(content) < 8 {
		return nil, nil
	}
	seen := map[uint32]bool{}
	for at := order.Uint32(content[4:]); at != 0 && !seen[at] && len(all) < maxDirectories; {
		seen[at] = true
		if int64(at)+2 > int64(len(content)) {
			break
		}
		end := int64(at) + 2 + 12*int64(order.Uint16(content[at:]))
		if end+4 > int64(len(content)) {
			break
		}
		all = append(all, at)
		at = order.Uint32(content[end:])
	}
	return all, order
}

// maxDirectories is more pages than a feeder holds.
const maxDirectories = 5000

// tiffSheets reads pages of a TIFF. The decoder knows the first page alone: the
// beginning of the file is made to say that each is the first in turn.
func (s *show) tiffSheets(content []byte, from, most int) (total int, err error) {
	all, order := directories(content)
	if len(all) == 0 {
		return 0, ErrBroken
	}
	for i := from - 1; i < min(len(all), from-1+most) && !s.full(); i++ {
		order.PutUint32(content[4:], all[i])
		c, err := tiff.DecodeConfig(bytes.NewReader(content))
		if err != nil {
			return len(all), ErrBroken
		}
		if c.Width <= 0 || c.Height <= 0 || int64(c.Width)*int64(c.Height)*perPixel(c.ColorModel, nil) > maxDecoded {
			return len(all), ErrTooLarge
		}
		img, err := tiff.Decode(bytes.NewReader(content))
		if err != nil {
			return len(all), ErrBroken
		}
		if err := s.sheet(i+1, dpiOf(c.Width, c.Height), img); err != nil {
			return len(all), err
		}
	}
	return len(all), nil
}

// dpiOf takes the shorter side of a picture for that of A4, 8.27 inches.
func dpiOf(w, h int) int { return min(w, h) * 100 / 827 }
